package import Documents
package import Nodes
package import Shapes

/// The client of Canonical's live patches, which cannot be told which patch to load: only whether it
/// is enabled, what it takes, and what has to come of it.
package struct CanonicalClient: Shaped, Sendable {
  package let enabled: Located<Bool>?
  package let cutoffDate: Located<Timestamp>?
  package let patchDelay: Located<Duration>?
  package let server: Located<ArtefactURL>?
  package let tier: Located<TierName>?
  package let checkInterval: Located<Duration>?
  package let token: ClientToken?
  package let assertions: Assertions?
  package let place: Place

  package static let foreignKeys = [
    "state": "enabled", "cutoff": "cutoffDate", "delay": "patchDelay", "remoteServer": "server",
    "interval": "checkInterval", "assert": "assertions", "authToken": "token",
    "machineToken": "token", "auth": "token", "secret": "token",
  ]

  package init<S: Shape>(_ shape: inout S) {
    place = shape.place
    enabled = shape.optional("enabled", "whether the machine is enabled; as it is if left out")
    cutoffDate = shape.optional("cutoffDate", "patches that were published later are not taken")
    patchDelay = shape.optional("patchDelay", "patches are taken so long after they are published")
    server = shape.optional("server", "where the patches come from")
    tier = shape.optional("tier", "the tier of patches that the machine is to get")
    checkInterval = shape.optional(
      "checkInterval", "how often the client asks for patches, from 60m on; 0m is never")
    token = shape.optional(
      "token",
      "where the token is that enables the machine, never itself; with enabled: false, what enables it "
        + "again if that has to be undone")
    assertions = shape.optional("assertions", "what has to come of it on the running kernel")
  }

  /// What the client's answer and the kernel have to show.
  package struct Assertions: Shaped, Sendable {
    package let state: Located<ClientState>?
    package let minimumVersion: Located<ClientPatchVersion>?
    package let fixes: [Located<CVE>]?

    package init<S: Shape>(_ shape: inout S) {
      state = shape.optional("state", "the state of the live patch")
      minimumVersion = shape.optional("minimumVersion", "this version of it, or a later one")
      fixes = shape.optional("fixes", "the CVEs that it fixes at least")
    }
  }
}

/// Where a token is kept that no policy, log or report may show.
package struct ClientToken: Shaped, Sendable {
  package let file: Located<AbsolutePath>?
  package let credential: Located<CredentialName>?

  package static let shorthand: String? = nil
  package static let foreignKeys = [
    "value": "write it into a file that only root can read, and name that as `file`",
    "secret": "write it into a file that only root can read, and name that as `file`",
    "token": "write it into a file that only root can read, and name that as `file`",
  ]

  package init<S: Shape>(_ shape: inout S) {
    file = shape.optional("file", "a file that nobody but root can read")
    credential = shape.optional("credential", "the name of a credential of systemd")
    shape.exactlyOne(of: ["file", "credential"])
  }
}

/// The name of a credential that systemd hands to a unit (systemd.exec(5)).
package struct CredentialName: FormedText {
  package static let form = TextForm(
    "the name of a credential of letters, digits, `.`, `_` and `-`",
    TextPattern(.characters("A-Za-z0-9_", 1...1), .characters("A-Za-z0-9._-", 0...127)),
    examples: ["livepatch-token"])
  package let text: String
  package init(checked text: String) { self.text = text }
}

/// The name of a tier of Canonical's live patches.
package struct TierName: FormedText {
  package static let form = TextForm(
    "the name of a tier of letters, digits, `_` and `-`",
    TextPattern(.characters("A-Za-z0-9_-", 1...64)), examples: ["stable"])
  package let text: String
  package init(checked text: String) { self.text = text }
}

/// The version of a live patch of Canonical's: `121.4`.
package struct ClientPatchVersion: FormedText {
  package static let form = TextForm(
    "the version of a live patch such as 121.4", TextPattern(.characters("0-9.", 1...32)),
    examples: ["121.4"])
  package let text: String
  package init(checked text: String) { self.text = text }
}

/// The states of a live patch in which nothing is missing, as canonical-livepatch has them.
package enum ClientState: String, DescribedWord, Hashable, Sendable, ShapedValue {
  case applied
  case nothingToApply = "nothing-to-apply"

  package var about: String {
    switch self {
    case .applied: "the patch is in force"
    case .nothingToApply: "there is none for this kernel, and none is needed"
    }
  }
}
