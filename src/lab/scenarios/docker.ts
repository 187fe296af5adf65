import { ROUTER } from '../index.ts'
import type { Lab } from '../index.ts'

export const DOCKER = { device: 'docker0', router: '172.17.0.1', host: '172.17.0.2', length: 16 } as const

/** A network that the file does not name, whose only host is client-2. */
export async function plugDocker(lab: Lab): Promise<void> {
  const guest = lab.host('client-2').name
  await lab.must(ROUTER, ['ip', '-batch', '-'], {
    input: `link add ${DOCKER.device} type veth peer name eth1 netns ${guest}
address add ${DOCKER.router}/${DOCKER.length} dev ${DOCKER.device}
link set ${DOCKER.device} up
`,
  })
  await lab.must('client-2', ['ip', '-batch', '-'], {
    input: `address add ${DOCKER.host}/${DOCKER.length} dev eth1
link set eth1 up
route replace default via ${DOCKER.router}
`,
  })
}
