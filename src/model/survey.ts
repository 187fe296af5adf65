import type { LeaseNews } from './lease.ts'
import type { IpRule, InterfaceAddress, Link, Route } from './kernel-state.ts'

/** An interface as somebody sees it who is new to this box. */
export interface SurveyedLink extends Link {
  /** The bridge or bond that it is a port of. */
  readonly master?: string
}

/** What may be seen of a box without any right: for a first proposal. */
export interface Survey {
  readonly links: readonly SurveyedLink[]
  readonly addresses: readonly InterfaceAddress[]
  /** Of all tables. */
  readonly routes: readonly Route[]
  readonly rules: readonly IpRule[]
  /** Those that answered when the kernel last asked. */
  readonly neighbours: readonly { readonly dev: string; readonly address: string }[]
  /** Interfaces with a strict `rp_filter`: what comes in by them counts only if answers would leave there. */
  readonly strictSources: readonly string[]
  /** What those who manage addresses left about interfaces, the most trusted first; absent: nobody looked. */
  readonly leases?: readonly LeaseNews[]
  /** Who looks after which interface, the one that gives orders first; absent: nobody looked. */
  readonly managers?: readonly Manager[]
}

/** A program that looks after an interface: where its settings are to be changed. */
export interface Manager {
  readonly interface: string
  readonly program: 'systemd-networkd' | 'NetworkManager' | 'ifupdown' | 'pppd' | 'dhcpcd'
  /** Where the program says so, else routes tell. */
  readonly how?: 'DHCP' | 'PPP'
}

/** Whether the Internet is behind an interface. */
export type Reach =
  | { readonly is: 'there'; readonly delayMs: number }
  | { readonly is: 'silent' }
  /** The question could not be put, or no answer could come in. */
  | { readonly is: 'not-asked'; readonly why: string }
