/** Text that others wrote, for a terminal: control characters, which would move its cursor or rename its window, become U+FFFD; line breaks and tabs stay. */
export function harmless(text: string): string {
	return text.replace(/[^\P{Cc}\n\t]/gu, '\ufffd');
}
