import { createHash } from 'node:crypto';
import { fromBase64, toBase64 } from '../../data/base64.ts';
import { hex } from '../../lib/crypto.ts';
import { excerpt } from '../fault.ts';
import { mayMake } from './code-points.ts';
import { type Call, defineFunction, type FunctionDefinition, scalarSignature } from './definition.ts';
import { bytes, text, textOrBytes } from './parameter.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Digests, encodings and identifiers. Text is taken as its UTF-8 bytes. */
export const HASH_FUNCTIONS: readonly FunctionDefinition[] = [
	digest('md5', 'MD5', '0cc175b9c0f1b6a831c399e269772661'),
	digest('sha1', 'SHA-1', '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8'),
	digest('sha256', 'SHA-256', 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'),
	digest(
		'sha512',
		'SHA-512',
		'1f40fc92da241694750979ee6cf582f2d5d7d28e18335de05abc54d0560e0f5302860c652bf08d560252aa5e74210546f369fbbbce8c12cfc7957b2652fe9a75',
	),
	encoding('base64', ['base64_encode', 'to_base64'], 'In base64.', ["base64('añ')", 'YcOx'], toBase64),
	defineFunction({
		name: 'from_base64',
		aliases: ['base64_decode', 'unbase64'],
		description: 'The text that a base64 text stands for; cast(x as binary) gives the bytes.',
		otherwise: 'text that is not base64, or not of UTF-8 text, fails the row (invalid_argument)',
		examples: [["from_base64('YcOx')", 'añ']],
		signatures: [
			scalarSignature({
				parameters: [text('text')],
				result: 'string',
				fails: true,
				apply: (call, value) => {
					const decoded = fromBase64(value.trim());
					return decoded === undefined ? call.fail('invalid_argument', `'${excerpt(value)}' is not base64.`) : decodeText(call, decoded);
				},
			}),
		],
	}),
	encoding('hex', ['to_hex'], 'In hexadecimal digits, upper case.', ["hex('AZ')", '415A'], (value) => hex(value).toUpperCase()),
	defineFunction({
		name: 'unhex',
		aliases: ['from_hex'],
		description: 'The bytes that hexadecimal digits stand for.',
		otherwise: 'text that is not pairs of hexadecimal digits fails the row (invalid_argument)',
		examples: [["decode_utf8(unhex('415a'))", 'AZ']],
		signatures: [
			scalarSignature({
				parameters: [text('text')],
				result: 'binary',
				fails: true,
				apply: (call, value) => {
					if (!/^(?:[0-9a-f]{2})*$/i.test(value)) return call.fail('invalid_argument', `'${excerpt(value)}' is not hexadecimal.`);
					return Uint8Array.from({ length: value.length / 2 }, (_, index) => Number.parseInt(value.slice(index * 2, index * 2 + 2), 16));
				},
			}),
		],
	}),
	defineFunction({
		name: 'encode_utf8',
		aliases: ['to_binary'],
		description: 'The UTF-8 bytes of a text.',
		examples: [["hex(encode_utf8('ñ'))", 'C3B1']],
		signatures: [scalarSignature({ parameters: [text('text')], result: 'binary', apply: (_call, value) => encoder.encode(value) })],
	}),
	defineFunction({
		name: 'decode_utf8',
		description: 'The text of UTF-8 bytes.',
		otherwise: 'bytes that are not UTF-8 fail the row (invalid_argument)',
		examples: [["decode_utf8(cast('YcOx' as binary))", 'añ']],
		signatures: [scalarSignature({ parameters: [bytes('bytes')], result: 'string', fails: true, apply: (call, value) => decodeText(call, value) })],
	}),
	defineFunction({
		name: 'url_encode',
		description: 'Percent-encoded: every byte but letters, digits and - . _ ~ (RFC 3986).',
		examples: [["url_encode('a b&ñ')", 'a%20b%26%C3%B1']],
		signatures: [
			scalarSignature({
				parameters: [text('text')],
				result: 'string',
				fails: true,
				apply: (call, value) => {
					if (!mayMake(value.length * 3, call)) return null;
					// encodeURIComponent throws for half a surrogate pair; as UTF-8 it is U+FFFD.
					return encodeURIComponent(value.toWellFormed()).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
				},
			}),
		],
	}),
	defineFunction({
		name: 'url_decode',
		description: 'What percent-encoded text stands for; a + stays a +.',
		otherwise: 'a % that begins no code, or codes that are no UTF-8, fail the row (invalid_argument)',
		examples: [["url_decode('a%20b%26%C3%B1')", 'a b&ñ']],
		signatures: [
			scalarSignature({
				parameters: [text('text')],
				result: 'string',
				fails: true,
				apply: (call, value) => {
					try {
						return decodeURIComponent(value);
					} catch {
						return call.fail('invalid_argument', `'${excerpt(value)}' is not percent-encoded UTF-8.`);
					}
				},
			}),
		],
	}),
	defineFunction({
		name: 'uuid',
		aliases: ['generate_uuid', 'gen_random_uuid', 'newid', 'unique_id'],
		description: 'A random UUID (version 4), another in each row.',
		nulls: 'takes no arguments',
		examples: [['length(uuid())', '36']],
		volatility: 'volatile',
		signatures: [scalarSignature({ parameters: [], result: 'string', apply: (call) => call.environment.uuid() })],
	}),
];

function digest(name: string, title: string, ofA: string): FunctionDefinition {
	return defineFunction({
		name,
		description: `The ${title} digest, in lower-case hexadecimal digits.`,
		examples: [[`${name}('a')`, ofA]],
		signatures: [
			scalarSignature({
				parameters: [textOrBytes('value')],
				result: 'string',
				apply: (_call, value) => createHash(name).update(value).digest('hex'),
			}),
		],
	});
}

function encoding(
	name: string,
	aliases: readonly string[],
	description: string,
	example: readonly [string, string],
	encode: (value: Uint8Array) => string,
): FunctionDefinition {
	return defineFunction({
		name,
		aliases,
		description,
		examples: [example],
		signatures: [
			scalarSignature({
				parameters: [textOrBytes('value')],
				result: 'string',
				fails: true,
				apply: (call, value) => (mayMake(value.length * 4, call) ? encode(typeof value === 'string' ? encoder.encode(value) : value) : null),
			}),
		],
	});
}

function decodeText(call: Call, value: Uint8Array): string | null {
	try {
		return decoder.decode(value);
	} catch {
		return call.fail('invalid_argument', 'The bytes are not UTF-8 text.');
	}
}
