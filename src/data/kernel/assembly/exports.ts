// AssemblyScript, compiled by `npm run kernel` into ../kernel.wasm. Every place is a byte address in the kernel's memory.

export { pass, refine } from './chosen';
export { dates, datetimes, decimals, doubles, empty, wholes } from './numbers';
export { unpack } from './packed';
export { ragged, rows, split, unclosed } from './split';
export { absent, asciiTexts, textCodes } from './texts';
