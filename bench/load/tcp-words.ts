/** What client and server say to each other: as long as a small HTTP request and answer. */
export const PORT = 8080
export const REQUEST = Buffer.alloc(100, 'q')
export const ANSWER = Buffer.alloc(300, 'a')
