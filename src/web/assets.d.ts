/** The build makes one style of them. */
declare module '*.css'
