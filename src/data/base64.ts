const STANDARD = /^[A-Za-z0-9+/]*={0,2}$/;

export function toBase64(bytes: Uint8Array): string {
	let binary = '';
	// In pieces: spreading a large array overflows the stack.
	for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
	return btoa(binary);
}

/** Undefined where the text is not standard, padded base64. */
export function fromBase64(text: string): Uint8Array | undefined {
	if (text.length % 4 !== 0 || !STANDARD.test(text)) return undefined;
	try {
		const binary = atob(text);
		const bytes = new Uint8Array(binary.length);
		for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
		return bytes;
	} catch {
		return undefined;
	}
}
