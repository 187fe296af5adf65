/** Each line has a colour and a texture, by its place in the file: either alone is enough to tell it. */
const TEXTURES = [
  undefined,
  'M-2 2L2 -2M0 8L8 0M6 10L10 6',
  'M4 3.9L4 4.1',
  'M0 4L8 4M4 0L4 8',
  'M4 0L4 8',
  'M0 2Q2 -1 4 2T8 2M0 6Q2 3 4 6T8 6',
]

export const textureOf = (number: number): string => `url(#texture-${number % TEXTURES.length})`

export const Textures = () => (
  <defs>
    {TEXTURES.map((d, i) => (
      <pattern key={i} id={`texture-${i}`} width="8" height="8" patternUnits="userSpaceOnUse">
        <rect width="8" height="8" class={`line-fill-${i}`} />
        {d !== undefined && <path class={i === 2 ? 'texture dots' : 'texture'} d={d} />}
      </pattern>
    ))}
  </defs>
)

/** For headings and keys: the line's own colour and texture, small. */
export const Swatch = ({ number }: { readonly number: number }) => (
  <svg class="swatch" width="16" height="16" aria-hidden="true">
    <rect width="16" height="16" rx="3" fill={textureOf(number)} />
  </svg>
)
