/**
 * The name of a control group that `multihome use` made, by its path below /sys/fs/cgroup and with the pid of the
 * command that made it. It goes to nft and to the file system: nothing else may pass for one.
 */
export const useGroup = (root: string, pid: number): string =>
  `${root === '' ? '' : `${root}/`}multihome-use-${pid}`

export const isUseGroup = (path: string): boolean => USE_GROUP.test(path)

/** @returns the pid of whoever made it */
export const ownerOfUseGroup = (path: string): number => Number(USE_GROUP.exec(path)?.[1])

/** Where both versions of control groups are mounted, the second one stands in `unified`. */
export const USE_GROUP = /^(?:unified\/)?multihome-use-([1-9]\d{0,9})$/
