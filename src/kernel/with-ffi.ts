import { fail, ok, type KernelError, type Result } from '../model/index.ts'

export const hasFfi = async (): Promise<boolean> =>
  (await import('./ffi.ts').catch(() => undefined)) !== undefined

/**
 * The door to what needs FFI, without which the box does everything else (`unsupported`).
 * @param what for whoever reads what went wrong
 */
export async function withFfi<T>(what: string, work: () => Promise<T>): Promise<Result<T, KernelError>> {
  const ffi = await import('./ffi.ts').catch(() => undefined)
  if (ffi === undefined) return fail({ code: 'unsupported', what, said: 'no FFI' })
  try {
    return ok(await work())
  } catch (cause) {
    if (!(cause instanceof ffi.SystemError)) throw cause
    const { refusal } = await import('./refusal.ts')
    return fail(refusal(`${what} (${cause.what})`, cause.errno))
  }
}
