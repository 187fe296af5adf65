import type {
  Ended,
  InterfaceAddress,
  IpRule,
  Neighbour,
  Nexthop,
  Route,
  Ruleset,
  Shaper,
  SilentNeighbour,
  Sysctl,
} from './kernel-state.ts'

/** One move from what is to what should be. For the way back see `invert`. */
export type Move =
  | {
      readonly do: 'set-sysctl'
      readonly from: Sysctl
      readonly to: Sysctl
      /** Other settings that the kernel overwrites with this one, as they are before, where its way back loses them. */
      readonly loses?: readonly Sysctl[]
    }
  | { readonly do: 'set-link'; readonly dev: string; readonly up: boolean }
  | { readonly do: 'set-mtu'; readonly dev: string; readonly from: number; readonly to: number }
  | { readonly do: 'add-shaper' | 'delete-shaper'; readonly shaper: Shaper }
  | { readonly do: 'change-shaper'; readonly from: Shaper; readonly to: Shaper }
  | { readonly do: 'forget-neighbour'; readonly neighbour: SilentNeighbour }
  | { readonly do: 'ask-neighbour'; readonly neighbour: Neighbour }
  | { readonly do: 'add-address'; readonly address: InterfaceAddress }
  /** It ends later or sooner than the kernel thinks. */
  | { readonly do: 'prolong-address'; readonly address: InterfaceAddress }
  | { readonly do: 'delete-address'; readonly address: InterfaceAddress }
  | { readonly do: 'add-nexthop'; readonly nexthop: Nexthop }
  | { readonly do: 'change-nexthop'; readonly from: Nexthop; readonly to: Nexthop }
  | { readonly do: 'delete-nexthop'; readonly nexthop: Nexthop }
  | { readonly do: 'add-route'; readonly route: Route }
  | { readonly do: 'change-route'; readonly from: Route; readonly to: Route }
  | { readonly do: 'delete-route'; readonly route: Route }
  | { readonly do: 'add-rule'; readonly rule: IpRule }
  | { readonly do: 'delete-rule'; readonly rule: IpRule }
  /** Deletes what connection tracking knows of them: their next packet begins anew, on a line that works. */
  | ({ readonly do: 'end-connections' } & Ended)
  /** One transaction; the table and its hooks stay. `undefined`: there is no table. */
  | { readonly do: 'change-ruleset'; readonly from: Ruleset | undefined; readonly to: Ruleset | undefined }

export interface Step {
  readonly move: Move
  /** The config line or the event that caused it, in words for the operator. */
  readonly why: string
  /** The line it is about; absent: the router as a whole. */
  readonly line?: string
}
