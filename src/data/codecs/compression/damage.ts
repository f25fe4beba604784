import { AppError } from '../../../lib/errors.ts';

export function damaged(what: string): AppError {
	return new AppError('invalid_input', `the compressed file is damaged: ${what} cannot be read`, {
		hint: 'Check the file with the tool that made it, and upload it again as binary.',
	});
}

export function truncated(): AppError {
	return new AppError('invalid_input', 'the compressed file ends too early', { hint: 'Check that it was uploaded to its end.' });
}
