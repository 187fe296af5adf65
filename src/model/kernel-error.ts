/** What a kernel, `ip` or `nft` said no with. `what` is the command or file, `said` the kernel's own words. */
export type KernelError =
  | {
      readonly code: 'exists' | 'not-found' | 'busy' | 'refused'
      readonly what: string
      readonly said: string
    }
  | {
      readonly code: 'not-permitted'
      readonly what: string
      readonly said: string
      readonly needs: 'CAP_NET_ADMIN' | 'CAP_NET_RAW'
    }
  | { readonly code: 'unsupported'; readonly what: string; readonly said: string }
