/** The first help, by what one wants to do. Only commands that exist; each has its own `--help`. */
export const OVERVIEW = `multihome: use several Internet lines at once

  Look    status    which lines are in use, and why         (--watch: live)
          lines     every line, or one in detail
          events    what happened, newest last     (report: a month of a line)
          probe     ask over one line, in every way there is
          trace     which line would this take, and what if it dies
          flows     who has open connections, and on which line
  Change  init      look at this box and write a first config
          check     is the config right?                    (daemon not needed)
          plan      what would change, and why              (daemon not needed)
          apply     do it; --confirm 60 undoes it unless you confirm
          confirm   keep the last apply                     undo: one back
          drain     no new connections on a line            undrain: the reverse
          use       run one command over one line           weight: its share
  Learn   explain   a config key, an error code, a word     (explain affinity)
          lab       everything on pretend lines; this machine stays as it is
          config    schema: for editors             (completion: what Tab asks)
  Care    token     who may ask by TCP                      notify: messages
          doctor    what usually goes wrong         (bugreport: one file of all)
          run       the daemon itself                       down: leave no trace

  Options: multihome COMMAND --help          For scripts: --json (not run, lab)
`
