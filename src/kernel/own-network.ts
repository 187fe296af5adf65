/** For tests that take away all that they find: the same process in a network of its own. */
export function enterOwnNetwork(sentinel: string): void {
  if (process.env[sentinel] !== undefined) return
  if (process.execve === undefined) throw new Error('this Node cannot replace its process')
  const program = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  process.execve('/usr/bin/unshare', ['unshare', '-n', ...program], { ...process.env, [sentinel]: '1' })
}
