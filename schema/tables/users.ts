import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const users = sqliteTable('users', {
	id: integer('id').primaryKey({ autoIncrement: true }),
	/** Lower case; compared without case. */
	email: text('email').notNull(),
	name: text('name'),
	/** `scrypt$N$r$p$salt$hash`; null: this user cannot sign in by password. */
	passwordHash: text('password_hash'),
	/** Secret of the second factor, sealed; on only once confirmed with a code. */
	totpSealed: text('totp_sealed'),
	totpConfirmedAt: integer('totp_confirmed_at'),
	/** The last time step a code was taken for. */
	totpLastStep: integer('totp_last_step'),
	createdAt: integer('created_at').notNull(),
	updatedAt: integer('updated_at').notNull(),
});
