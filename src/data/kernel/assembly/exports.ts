// AssemblyScript, compiled by `npm run kernel` into ../kernel.wasm. Every place is a byte address in the kernel's memory.

export { addOnes, addWholes, extremes } from './folded';
export { dates, datetimes, decimals, doubles, empty, wholes } from './numbers';
export { unpack } from './packed';
export { ragged, rows, split, unclosed } from './split';
export { absent, asciiTexts, textCodes } from './texts';
export { codesOf, pass, refine } from './words';
export { longest, reached, unspelled, writeRows } from './written';
