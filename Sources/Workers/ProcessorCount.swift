internal import Glibc

/// How many processors there are to work on.
package func processorCount() -> Int { max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN))) }
