import { fail, mark, ok } from '../model/index.ts'
import type { Config, LineConfig, Place, Result } from '../model/index.ts'
import { apiOf } from './api.ts'
import { findContradictions } from './contradictions.ts'
import { readDraft } from './draft.ts'
import type { Draft } from './draft.ts'
import { forwardsOf } from './forwards.ts'
import { familiesOf } from './line.ts'
import type { DraftLine } from './line.ts'
import { DEFAULT_HISTORY } from './history.ts'
import { FILE_KEYS, FIREWALL_KEYS, MARKS_KEYS } from './keys.ts'
import { LINE_KEYS } from './line-keys.ts'
import type { Reading } from './node-reader.ts'
import { policiesOf } from './policies.ts'
import type { DraftPolicies } from './policies.ts'
import { inFileOrder, placeOf } from './problem.ts'
import type { Problem, Span } from './problem.ts'
import { decodeSource } from './source-text.ts'
import { sharesWork, warnOfRounding, wishOf } from './weight-warnings.ts'
import { reduceWeights } from './weights.ts'
import { readYaml } from './yaml-document.ts'

/**
 * Reads a config file as a whole: nothing of it counts when anything is wrong.
 * @param source the text, or the bytes as they were read (then it is checked that they are UTF-8)
 * @param file the name to show
 * @returns the config with warnings, or all errors and warnings in file order
 */
export function parseConfig(
  source: string | Uint8Array,
  file: string,
): Result<{ config: Config; warnings: readonly Problem[] }, readonly Problem[]> {
  const text = decodeSource(source, file)
  if (!text.ok) return fail([text.error])
  const yaml = readYaml(text.value, file)
  if (!yaml.ok) return yaml

  const problems: Problem[] = []
  const reading: Reading = { spanAt: yaml.value.spanAt, problems }
  const draft = readDraft(yaml.value, file, reading)
  problems.push(...findContradictions(draft, draft.mask?.value ?? mark(MARKS_KEYS.mask.default)))
  const hasErrors = problems.some((one) => one.severity === 'error')
  if (hasErrors) return fail(inFileOrder(problems))

  // Only a whole set of weights says what rounding does.
  problems.push(...warnOfRounding(draft.lines))
  return ok({ config: configOf(draft, file), warnings: inFileOrder(problems) })
}

/** Only for a draft without errors: then every value that must be there is. */
function configOf(draft: Draft, file: string): Config {
  const sharing = draft.lines.filter(sharesWork)
  const weights = sharing.length === 0 ? [] : reduceWeights(sharing.map(wishOf)).weights
  const weightOf = (line: DraftLine): number | undefined =>
    sharesWork(line) ? weights[sharing.indexOf(line)] : 1
  return {
    file,
    lan: {
      interfaces: draft.lan.interfaces.map(({ name, addresses, advertise }) => ({
        name: name.value,
        addresses: addresses.map(({ value }) => value),
        ...(advertise === undefined ? {} : { advertise }),
        place: placeOf(name.place),
      })),
      networks: draft.lan.networks.map(({ value }) => value),
    },
    lines: draft.lines.map((line) => lineOf(line, weightOf(line), draft)),
    affinity: draft.affinity?.value ?? FILE_KEYS.affinity.default,
    firewall: {
      inbound: draft.firewall?.inbound?.value ?? FIREWALL_KEYS.inbound.default,
      open: (draft.firewall?.open ?? []).map(({ value, place }) => ({ ...value, place: placeOf(place) })),
      ...(draft.firewall === undefined ? {} : { place: placeOf(draft.firewall.place) }),
    },
    dns: draft.dns ?? { is: FILE_KEYS.dns.default },
    forwards: forwardsOf(draft.forwards, draft.lines.map(({ name }) => name.value)), // prettier-ignore
    hooks: draft.hooks,
    ...apiOf(draft.api),
    ...(draft.history === 'off' ? {} : { history: draft.history ?? DEFAULT_HISTORY }),
    ...(draft.notify === undefined ? {} : { notify: draft.notify }),
    mainDefault: draft.mainDefault?.value ?? FILE_KEYS.mainDefault.default,
    offload: draft.offload?.value ?? FILE_KEYS.offload.default,
    ...(draft.vpn === undefined ? {} : { vpn: draft.vpn.value }),
    marks: { mask: draft.mask?.value ?? mark(MARKS_KEYS.mask.default) },
    rulePriorityBase: draft.rulePriorityBase?.value ?? FILE_KEYS.rulePriorityBase.default,
    keys: placesOf(draft.keys),
  }
}

const placesOf = (keys: Readonly<Record<string, Span>>): Record<string, Place> =>
  Object.fromEntries(Object.entries(keys).map(([key, span]) => [key, placeOf(span)]))

function lineOf(line: DraftLine, weight: number | undefined, file: DraftPolicies): LineConfig {
  const { name, addresses, gateways, networks, sources, families, via, endpoints, nat, mss, mtu, shape } =
    line
  if (line.interface === undefined || weight === undefined) {
    throw new Error(`line ${name.value} is incomplete, but no problem was reported`)
  }
  return {
    name: name.value,
    interface: line.interface.value,
    weight,
    ...(line.dhcp === undefined ? {} : { dhcp: true }),
    addresses: addresses.map(({ value }) => value),
    gateways: gateways.map(({ value }) => value),
    networks: networks.map(({ value }) => value),
    ...(sources === undefined
      ? {}
      : {
          sources: sources.map(({ clients, address }) => ({
            clients: clients.value,
            address: address.value,
          })),
        }),
    families: familiesOf(families?.value ?? LINE_KEYS.families.default),
    ...(via === undefined ? {} : { via: via.map(({ value }) => value) }),
    ...(endpoints === undefined ? {} : { endpoints: endpoints.map(({ value }) => value) }),
    nat: nat?.value ?? LINE_KEYS.nat.default,
    mss: mss?.value ?? LINE_KEYS.mss.default,
    dns: line.dns ?? LINE_KEYS.dns.default,
    ...(mtu === undefined ? {} : { mtuBytes: mtu.value }),
    ...(shape === undefined ? {} : { shape: shape.value }),
    ...policiesOf(line, file),
    billingDay: line.billingDay?.value ?? LINE_KEYS.billingDay.default,
    ...(line.quota === undefined ? {} : { quotaBytes: line.quota.value }),
    place: placeOf(name.place),
    keys: placesOf(line.keys),
  }
}
