package import Diagnostics
internal import Nodes
package import Shapes

extension Diagnostic.Code {
  package static let gitSourceIncomplete = Diagnostic.Code(
    "git-source-incomplete", "A Git source of the agent lacks what its address needs.")
}

/// A Git repository that the agent follows, and whose word counts in it.
package struct GitSource: Shaped, Sendable {
  package let url: GitAddress
  package let branch: GitReferenceName?
  package let tag: GitReferenceName?
  /// nil is the whole repository.
  package let path: RepositoryPath?
  package let allowedSigners: AbsolutePath?
  package let keyring: AbsolutePath?
  package let knownHosts: AbsolutePath?
  package let sshKey: AbsolutePath?
  package let credentials: AbsolutePath?
  package let timeLimit: Duration?

  package static let foreignKeys = [
    "repo": "url", "repository": "url", "ref": "branch", "directory": "path",
    "subdirectory": "path",
    "allowed_signers": "allowedSigners", "known_hosts": "knownHosts", "key": "sshKey",
    "timeout": "timeLimit",
  ]

  package init<S: Shape>(_ shape: inout S) {
    let place = shape.place
    url = shape.required(
      "url", "where the repository is: https://, ssh://, or file:// on this host")
    branch = shape.optional("branch", "the branch that is followed")
    tag = shape.optional("tag", "the tag that is followed, instead of a branch")
    path = shape.optional("path", "the directory of the policies in it; all of it if left out")
    allowedSigners = shape.optional(
      "allowedSigners", "whose SSH signatures count: a file as ssh-keygen(1) describes it")
    keyring = shape.optional(
      "keyring", "whose OpenPGP signatures count: a file of public keys, as gpg --export writes it")
    knownHosts = shape.optional("knownHosts", "the keys of ssh servers, for ssh://")
    sshKey = shape.optional("sshKey", "the private key to log in with, for ssh://")
    credentials = shape.optional(
      "credentials", "a file with the line USER:TOKEN to log in with, for https://")
    timeLimit = shape.optional("timeLimit", "how long a fetch may take; 5m if left out")
    shape.exactlyOne(of: ["branch", "tag"])
    shape.exactlyOne(of: ["allowedSigners", "keyring"])
    if url.isSSH, knownHosts == nil {
      shape.report(
        Diagnostic(
          .gitSourceIncomplete, "for ssh:// the keys of the server must be known",
          at: place.location,
          advice: "write what ssh-keyscan prints, once it is checked, into a file, and name it as "
            + "knownHosts"))
    }
    let stray = url.isSSH ? credentials.map { _ in "credentials" } : sshKey.map { _ in "sshKey" }
    if let stray {
      shape.report(
        Diagnostic(
          .gitSourceIncomplete, "`\(stray)` is of no use for \(url.text)", at: place.location,
          advice: url.isSSH ? "name the key to log in with as sshKey" : "take it out"))
    }
  }
}

/// The address of a repository, without a password: there is a file for that.
package struct GitAddress: ShapedValue, Hashable, Sendable {
  package let text: String

  package var scheme: String { String(text.prefix { $0 != ":" }) }
  var isSSH: Bool { scheme == "ssh" }

  private static let form = TextForm(
    "the address of a repository, such as https://git.example.org/policies.git",
    TextPattern(
      .characters("a-z", 3...5), .literal("://"), .characters("A-Za-z0-9._~:/@%+-", 1...2000)),
    examples: ["https://git.example.org/policies.git", "ssh://git@git.example.org/policies.git"]
  ) { text in
    if text.hasPrefix("http://") { return "write https://: nobody on the way may change it" }
    if text.hasPrefix("git://") {
      return "write https:// or ssh://: nobody on the way may change it"
    }
    if text.hasPrefix("https://"), text.dropFirst(8).prefix(while: { $0 != "/" }).contains("@") {
      return "write user and token into a file, and name it as credentials"
    }
    if !text.contains("://"), let colon = text.firstIndex(of: ":") {
      return "write ssh://\(text[..<colon])/\(text[text.index(after: colon)...])"
    }
    return "write https://, ssh:// or, for a repository on this host, file://"
  }

  package init<S: ValueShape>(value shape: inout S) {
    text = shape.text(GitAddress.form, or: "") { text in
      let parts = text.split(separator: "://", maxSplits: 1)
      guard parts.count == 2, let scheme = parts.first, let rest = parts.last else { return nil }
      let authority = rest.prefix { $0 != "/" }
      let user = authority.contains("@") ? authority.prefix { $0 != "@" } : nil
      let host = user.map { authority.dropFirst($0.count + 1) } ?? authority
      let isSound = [authority, host, rest].allSatisfy { $0.first != "-" }
      switch scheme {
      case "https": return isSound && user == nil && !host.isEmpty ? text : nil
      case "ssh": return isSound && !(user?.contains(":") ?? false) && !host.isEmpty ? text : nil
      case "file": return rest.hasPrefix("/") ? text : nil
      default: return nil
      }
    }
  }
}

/// The name of a branch or tag (git-check-ref-format(1), and less).
package struct GitReferenceName: ShapedValue, Hashable, Sendable {
  package let text: String

  private static let form = TextForm(
    "the name of a branch or tag", TextPattern(.characters("A-Za-z0-9._/+@-", 1...200)),
    examples: ["main", "release/2026"]
  ) { text in
    text.hasPrefix("refs/") ? "write the name alone, without refs/heads/ or refs/tags/" : nil
  }

  package init<S: ValueShape>(value shape: inout S) {
    text = shape.text(GitReferenceName.form, or: "") { text in
      let isSound =
        !text.hasPrefix("refs/") && !text.contains("..") && !text.contains("@{")
        && text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
          !$0.isEmpty && !$0.hasPrefix(".") && !$0.hasPrefix("-") && !$0.hasSuffix(".lock")
            && !$0.hasSuffix(".")
        }
      return isSound ? text : nil
    }
  }
}

/// A directory in a repository, from its root on.
package struct RepositoryPath: ShapedValue, Hashable, Sendable {
  package let text: String

  private static let form = TextForm(
    "a directory in the repository, such as hosts/web",
    TextPattern(.anyCharacters(but: "\0", 1...1000)), examples: ["policies"]
  ) { text in
    text.hasPrefix("/") ? "write it from the repository's root on, without / in front" : nil
  }

  package init<S: ValueShape>(value shape: inout S) {
    text = shape.text(RepositoryPath.form, or: "") { text in
      let trimmed = text.hasSuffix("/") ? String(text.dropLast()) : text
      let isSound = trimmed.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
        !$0.isEmpty && $0 != "." && $0 != ".." && $0.lowercased() != ".git"
      }
      return isSound ? trimmed : nil
    }
  }
}
