// Stands for ssh2's poly1305, which compiles WebAssembly from bytes; Workers may not. The ciphers that need it are not offered.
module.exports = async () => ({
	_malloc: () => 0,
	cwrap: () => () => {
		throw new Error('chacha20-poly1305 is not offered');
	},
});
