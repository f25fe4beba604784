import { archiveAndLoad } from './archive-and-load.ts';
import { fileToTable } from './file-to-table.ts';
import { hubspotContact } from './hubspot-contact.ts';
import { incrementalLoad } from './incremental-load.ts';
import { joinAndAggregate } from './join-and-aggregate.ts';
import { latestPerKey } from './latest-per-key.ts';
import { movingAverage } from './moving-average.ts';
import { pivotReport } from './pivot-report.ts';
import { quarantineBadRows } from './quarantine-bad-rows.ts';
import { runAndNote } from './run-and-note.ts';
import { salesforceAccount } from './salesforce-account.ts';
import { shopifyOrderLines } from './shopify-order-lines.ts';
import { stripeCharge } from './stripe-charge.ts';
import { tableToFile } from './table-to-file.ts';
import type { PackageTemplate } from './template.ts';
import { unmatchedRows } from './unmatched-rows.ts';

/** Every template, in the order in which list_templates shows them. */
export const TEMPLATES = [
	fileToTable,
	tableToFile,
	joinAndAggregate,
	unmatchedRows,
	latestPerKey,
	quarantineBadRows,
	incrementalLoad,
	pivotReport,
	movingAverage,
	runAndNote,
	archiveAndLoad,
	hubspotContact,
	salesforceAccount,
	stripeCharge,
	shopifyOrderLines,
] satisfies readonly PackageTemplate[] as readonly PackageTemplate[];
