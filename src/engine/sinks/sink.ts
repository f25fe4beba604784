import type { OperatorContext, Sink } from '../operator.ts';
import { fileSink } from './file-sink.ts';
import { httpSink } from './http-sink.ts';
import { resultSink } from './result-sink.ts';
import { tableSink } from './table-sink.ts';

/** A destination at work. */
export function sink(context: OperatorContext): Sink {
	const { operator } = context.node;
	if (operator.kind !== 'sink') throw new TypeError('not a sink');
	switch (operator.destination.kind) {
		case 'files':
			return fileSink(context, operator.destination);
		case 'table':
			return tableSink(context, operator.destination);
		case 'http':
			return httpSink(context, operator.destination);
		case 'result':
			return resultSink(context, operator.destination);
	}
}
