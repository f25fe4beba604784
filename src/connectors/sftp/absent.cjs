// Stands for ssh2's native modules when the Worker is bundled: ssh2 asks for them in a try, and does without.
throw new Error('native modules are not part of the Worker');
