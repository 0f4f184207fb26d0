/** The one function that is used of this untyped package. */
declare module 'fs-native-extensions' {
  /** Takes an exclusive lock on the open file description of `fd` (F_OFD_SETLK on Linux); false when another has it. */
  export function tryLock(fd: number): boolean;
}
