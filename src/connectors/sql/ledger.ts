/** Steps of a writer in its ledger; from 0 on they are batches. */
export const BEGUN = -2;
export const COMMITTED = -1;
