/** The dashboard begins here: style, shell, and the stream that feeds it. */
import { render } from 'preact'
import './style/index.css'
import { startLive } from './live.ts'
import { startLooking } from './route.ts'
import { Shell } from './shell.tsx'
import { startTheme } from './theme.ts'

startTheme()
startLooking()
startLive()

const place = document.querySelector('#app')
if (place !== null) render(<Shell />, place)
