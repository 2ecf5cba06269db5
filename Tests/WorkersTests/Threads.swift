import Glibc

/// The calling thread.
func thisThread() -> UInt { UInt(pthread_self()) }

/// How many threads may work.
func processors() -> Int { sysconf(CInt(_SC_NPROCESSORS_ONLN)) }
