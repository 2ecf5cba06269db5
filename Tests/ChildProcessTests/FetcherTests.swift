import Testing

@testable import ChildProcess

@Suite struct `Who fetches from elsewhere` {
  private func user(_ passwd: String) -> Command.User? {
    Command.User(named: "_klpolicy", in: Array(passwd.utf8))
  }

  @Test func `is the user of the package`() {
    let passwd = """
      root:x:0:0:root:/root:/bin/bash
      klpolicy:x:5:5::/:/bin/sh
      _klpolicy:x:997:996:klpolicy's downloads:/nonexistent:/usr/sbin/nologin
      nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin

      """
    #expect(user(passwd) == Command.User(userID: 997, groupID: 996))
  }

  @Test(arguments: [
    "", "_klpolicy", "_klpolicy:x:0:0::/:/bin/sh", "_klpolicy:x:5:0::/:/bin/sh",
    "_klpolicy:x:-1:5::/:/bin/sh", "_klpolicy:x:4294967295:5::/:/bin/sh", "_klpolicy:x:5:5",
  ])
  func `is nobody where there is none, and never root`(passwd: String) {
    #expect(user(passwd) == nil)
  }
}
