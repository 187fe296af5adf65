import { InvalidArgumentError } from 'commander'

/** For an option that takes so many seconds. */
export const wholeSeconds =
  (most: number) =>
  (text: string): number => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= 1 && value <= most) return value
    throw new InvalidArgumentError(`Seconds are a whole number from 1 to ${most}.`)
  }
