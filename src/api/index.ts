/** What main.ts wires. Guests enter by `contract.ts`, `client.ts` and `documents.ts`, which load no schemas. */
export { createApi } from './server.ts'
export type { Api, ApiOptions, ApiServer, ListenError } from './server.ts'
export { eventDocument } from './documents.ts'
export { verdict } from './verdict.ts'
export type { Verdict, VerdictLevel } from './verdict.ts'
