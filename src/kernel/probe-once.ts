import type { ProbeAnswer, ProbePath, ProbeTarget } from '../model/index.ts'

/**
 * Asks one target once, out of one line whatever the routing says by default, without starting a process.
 * Never rejects for what a network or a lack of rights can do: `why` says it in words.
 *
 * With strict `rp_filter` the kernel throws away answers that come in by another line than the default route's;
 * that is no answer, too.
 * @param timeoutMs a whole answer must be here by then
 */
export async function probeOnce(
  path: ProbePath,
  target: ProbeTarget,
  timeoutMs: number,
): Promise<ProbeAnswer> {
  const asking = await import('./ask-target.ts').catch(() => undefined)
  if (asking === undefined)
    return {
      answered: false,
      why: 'sockets cannot be bound to a line: koffi does not load on this machine',
      unasked: true,
    }
  return asking.askTarget(path, target, timeoutMs)
}
