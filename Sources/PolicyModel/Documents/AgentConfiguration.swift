package import Shapes

/// What the agent of a host keeps it to, and how often it looks.
package struct AgentConfiguration: Shaped, Sendable {
  package let source: AgentSource?
  package let interval: AgentInterval?

  package static let foreignKeys = [
    "every": "interval", "period": "interval", "repository": "source",
  ]

  package init<S: Shape>(_ shape: inout S) {
    source = shape.optional(
      "source", "where the policies come from; the directory /etc/klpolicy/policies.d if left out")
    interval = shape.optional(
      "interval", "how often it looks when nothing tells it to; 5m if left out")
  }
}

/// Where the agent's policies come from.
package struct AgentSource: Shaped, Sendable {
  package let directory: AbsolutePath?
  package let git: GitSource?

  package init<S: Shape>(_ shape: inout S) {
    directory = shape.optional("directory", "a directory of policies on this host")
    git = shape.optional("git", "a Git repository that is followed")
    shape.exactlyOne(of: ["directory", "git"])
  }
}

/// How often the agent looks: often enough to notice what nobody tells it, and not without a pause.
package struct AgentInterval: ShapedValue, Hashable, Sendable {
  package let duration: Duration

  private static let shortest = Duration.seconds(10)
  private static let longest = Duration.seconds(7 * 86_400)
  private static let form = TextForm(
    "a length of time from 10s to 7d, such as 5m", Duration.form.pattern, examples: ["5m", "1h"]
  ) { text in
    guard let duration = Duration(shortText: text) else { return Duration.advice(on: text) }
    return duration < shortest ? "10s are the least" : "7d are the most"
  }

  package init<S: ValueShape>(value shape: inout S) {
    duration = shape.text(AgentInterval.form, or: AgentInterval.shortest) { text in
      Duration(shortText: text).flatMap { duration in
        (AgentInterval.shortest...AgentInterval.longest).contains(duration) ? duration : nil
      }
    }
  }
}
