import { AppError } from '../../../lib/errors.ts';

export function damaged(what: string): AppError {
	return new AppError('invalid_input', `the compressed file is damaged: ${what} cannot be read`, {
		hint: 'Check the file with the tool that made it, and upload it again as binary.',
	});
}

export function truncated(): AppError {
	return new AppError('invalid_input', 'the compressed file ends too early', { hint: 'Check that it was uploaded to its end.' });
}

/** The first bytes are those of something else. */
export function notCompressed(compression: string): AppError {
	return new AppError('invalid_input', `the file is not compressed with ${compression}`, {
		hint: 'Set compression to what it is: none, gzip, bzip2 or zip, whatever its name says.',
	});
}
