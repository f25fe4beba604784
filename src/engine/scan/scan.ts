import type { Operator, OperatorContext } from '../operator.ts';
import { fileScan } from './file-scan.ts';
import { httpScan } from './http-scan.ts';
import { payloadScan } from './payload-scan.ts';
import { tableScan } from './table-scan.ts';

/** A source at work: busy until it was read to its end or nobody wants more. */
export function scan(context: OperatorContext): Operator {
	const { operator } = context.node;
	if (operator.kind !== 'scan') throw new TypeError('not a scan');
	switch (operator.source.kind) {
		case 'files':
			return fileScan(context, operator.source);
		case 'table':
			return tableScan(context, operator.source);
		case 'payload':
			return payloadScan(context, operator.source);
		case 'http':
			return httpScan(context, operator.source);
	}
}
