/** How many times longer than on a machine of today things may take; an emulated processor needs it. Default 1. */
const VARIABLE = 'MULTIHOMED_LAB_PATIENCE'

/** Every limit after which the lab gives up waiting goes through here. */
export const patiently = (limitMs: number): number => limitMs * Number(process.env[VARIABLE] ?? 1)
