/**
 * The JSON Schema (draft 2020-12) with which editors complete and check a config.
 * Zod takes 70 ms to load, so it is loaded here and nowhere else in this room.
 */
export async function configJsonSchema(): Promise<Record<string, unknown>> {
  const [{ z }, { configSchema }] = await Promise.all([import('zod'), import('./schema.ts')])
  const { $schema, ...schema } = z.toJSONSchema(configSchema, { target: 'draft-2020-12', io: 'input' })
  return {
    $schema,
    title: 'multihomed configuration',
    description: 'What a box with several Internet lines does with them.',
    ...schema,
  }
}
