/** Each line has a colour and a texture, by its place in the file: either alone is enough to tell it. */
const COLOURS = 6
const TEXTURES = [
  undefined,
  'M-2 2L2 -2M0 8L8 0M6 10L10 6',
  'M4 3.9L4 4.1',
  'M0 4L8 4M4 0L4 8',
  'M4 0L4 8',
  'M0 2Q2 -1 4 2T8 2M0 6Q2 3 4 6T8 6',
]

/** From the seventh line on colours come again, with other textures. */
const KINDS = Array.from({ length: 36 }, (_, i) => ({
  colour: i % COLOURS,
  texture: (i + Math.floor(i / COLOURS)) % TEXTURES.length,
}))

export const textureOf = (number: number): string => `url(#texture-${number % KINDS.length})`

export const fillOf = (number: number): string => `line-fill-${number % COLOURS}`

/** @param count of lines */
export const Textures = ({ count }: { readonly count: number }) => (
  <defs>
    {KINDS.slice(0, count).map(({ colour, texture }, i) => (
      <pattern key={i} id={`texture-${i}`} width="8" height="8" patternUnits="userSpaceOnUse">
        <rect width="8" height="8" class={`line-fill-${colour}`} />
        {TEXTURES[texture] !== undefined && (
          <path class={texture === 2 ? 'texture dots' : 'texture'} d={TEXTURES[texture]} />
        )}
      </pattern>
    ))}
  </defs>
)

/** For pages without the picture: what swatches are filled with. */
export const HiddenTextures = ({ count }: { readonly count: number }) => (
  <svg class="only-spoken" aria-hidden="true">
    <Textures count={count} />
  </svg>
)

/** For headings and keys: the line's own colour and texture, small. */
export const Swatch = ({ number }: { readonly number: number }) => (
  <svg class="swatch" width="16" height="16" aria-hidden="true">
    <rect width="16" height="16" rx="3" fill={textureOf(number)} />
  </svg>
)
