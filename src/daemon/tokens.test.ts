import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { TOKENS_FILE, Tokens } from './tokens.ts'

let directory = ''
let warnings: string[] = []
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'multihomed-tokens-'))
  warnings = []
})
afterEach(() => rm(directory, { recursive: true }))

const load = (): Promise<Tokens> =>
  Tokens.load(directory, { warn: (text: string) => void warnings.push(text) })

async function added(tokens: Tokens, name: string, right: 'read' | 'change' = 'change'): Promise<string> {
  const outcome = await tokens.add(name, right)
  assert.equal(outcome.is, 'added')
  return outcome.secret
}

test('a token opens what it was made for, over a restart of the daemon too', async () => {
  const tokens = await load()
  const [desk, wall] = [await added(tokens, 'desk'), await added(tokens, 'wall', 'read')]
  for (const one of [tokens, await load()]) {
    assert.deepEqual([one.rightOf(desk), one.rightOf(wall), one.rightOf(`${desk}x`), one.rightOf('')], ['change', 'read', undefined, undefined]) // prettier-ignore
    assert.deepEqual(one.list().map(({ name }) => name), ['desk', 'wall']) // prettier-ignore
  }
})

test('whoever reads the file has no token: it holds digests, and only we may read it', async () => {
  const secret = await added(await load(), 'desk')
  const path = join(directory, TOKENS_FILE)
  assert.ok(!(await readFile(path, 'utf8')).includes(secret.slice(12)))
  assert.equal((await stat(path)).mode & 0o777, 0o600)
})

test('a token that was taken back opens nothing, after a restart neither', async () => {
  const tokens = await load()
  const [desk, wall] = [await added(tokens, 'desk'), await added(tokens, 'wall')]
  assert.deepEqual(await tokens.remove('desk'), { is: 'removed' })
  for (const one of [tokens, await load()])
    assert.deepEqual([one.rightOf(desk), one.rightOf(wall)], [undefined, 'change'])
  assert.deepEqual(await tokens.remove('desk'), { is: 'unknown', names: ['wall'] })
})

test('two of one name, also at the same moment: the second is refused', async () => {
  const tokens = await load()
  const outcomes = await Promise.all([tokens.add('desk', 'read'), tokens.add('desk', 'change')])
  assert.deepEqual(outcomes.map(({ is }) => is), ['added', 'taken']) // prettier-ignore
})

test('a file that is torn opens nothing, and the daemon says so', async () => {
  await writeFile(join(directory, TOKENS_FILE), '{"version":1,"tok', { mode: 0o600 })
  const tokens = await load()
  assert.deepEqual(tokens.list(), [])
  assert.match(warnings.join(), /tokens\.json holds no tokens of ours/)
})

test('where nothing can be written no token is made, and one that is taken back opens nothing meanwhile', async () => {
  const tokens = await load()
  const secret = await added(tokens, 'desk')
  await rm(directory, { recursive: true })
  await writeFile(directory, 'in the way')
  assert.equal((await tokens.add('wall', 'read')).is, 'unsaved')
  assert.equal((await tokens.remove('desk')).is, 'unsaved')
  assert.equal(tokens.rightOf(secret), undefined)
})
