/**
 * The wire: what the daemon's API answers and what `--json` prints.
 *
 * Within v1 keys are only added, and enums may grow: a reader must survive a word it does not know. Units are in
 * the names, times are RFC 3339 in UTC, what is unknown is `null`, what does not apply is absent, and the order
 * is fixed: lines as in the configuration file.
 *
 * Everybody imports the types alone: what the daemon sends is of them, or the compiler says no. At run time the schemas
 * are needed only to describe the API (routes.ts), and by tests.
 */
export { NoteSchema, z, type NoteDocument } from './contract-parts.ts'
export * from './contract-lines.ts'
export * from './contract-changes.ts'
export * from './contract-config.ts'
export * from './contract-questions.ts'
export * from './contract-notify.ts'
export * from './contract-past.ts'
export * from './contract-tokens.ts'
export * from './contract-commands.ts'
export * from './contract-problems.ts'
