import type { Kernel } from '../kernel/index.ts'
import { fail, ok, type KernelError, type Move, type Result } from '../model/index.ts'
import { invert, isComfort } from '../plan/index.ts'

/** A pass that stopped half way. `undone`: everything before the failing move was taken back. */
export interface PassFailure {
  readonly move: Move
  readonly error: KernelError
  readonly undone: boolean
  /** What could not be taken back, in the kernel's words. */
  readonly leftovers: readonly KernelError[]
}

/** What came of the moves of a pass that went through. */
export interface Done {
  readonly done: readonly Move[]
  /** They could not be carried out, for the reasons in `warnings`. */
  readonly refused: readonly Move[]
  readonly warnings: readonly KernelError[]
}

/**
 * Carries out moves in order, all or none: when one fails, those before it are taken back, last first. A move without
 * a way back only tidies up, and a comfort is one that lines can do without: that such a one failed is worth a warning,
 * and no line has to wait for it.
 */
export async function carryOut(
  kernel: Pick<Kernel, 'apply'>,
  moves: readonly Move[],
): Promise<Result<Done, PassFailure>> {
  const done: Move[] = []
  const refused: Move[] = []
  const warnings: KernelError[] = []
  for (const move of moves) {
    const result = await kernel.apply(move)
    if (result.ok) done.push(move)
    else if (invert(move).length === 0 || isComfort(move)) {
      warnings.push(result.error)
      refused.push(move)
    } else {
      const leftovers = await takeBack(kernel, done)
      return fail({ move, error: result.error, undone: leftovers.length === 0, leftovers })
    }
  }
  return ok({ done, refused, warnings })
}

/** @returns what could not be taken back */
export async function takeBack(kernel: Pick<Kernel, 'apply'>, done: readonly Move[]): Promise<KernelError[]> {
  const leftovers: KernelError[] = []
  for (const move of done.toReversed().flatMap(invert)) {
    const result = await kernel.apply(move)
    // Gone by itself (a route with its link, a nexthop with its device) is taken back as well.
    if (!result.ok && result.error.code !== 'not-found') leftovers.push(result.error)
  }
  return leftovers
}
