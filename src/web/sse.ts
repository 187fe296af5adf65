/** Server-sent events out of pieces of text (HTML, 9.2.6). Pure. `EventSource` cannot send a token. */
export interface StreamedEvent {
  readonly name: string
  readonly id?: string
  readonly data: string
}

/** @returns takes the next piece and gives the events that are whole now */
export function eventReader(): (piece: string) => StreamedEvent[] {
  let rest = ''
  return (piece) => {
    const parts = (rest + piece).split('\n\n')
    rest = parts.pop() ?? ''
    return parts.map(eventOf)
  }
}

function eventOf(text: string): StreamedEvent {
  const fields = new Map<string, string>()
  for (const line of text.split('\n')) {
    const at = line.indexOf(':')
    if (at > 0) fields.set(line.slice(0, at), line.slice(at + 1).replace(/^ /, ''))
  }
  const id = fields.get('id')
  return {
    name: fields.get('event') ?? 'message',
    ...(id !== undefined && { id }),
    data: fields.get('data') ?? '',
  }
}
