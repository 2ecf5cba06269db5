internal import Documents
package import JSONText

extension JournalRecord: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("at", at)
    object.field("run", run)
    object.field("boot", bootID)
    switch event {
    case .begin(let trigger):
      object.field("event", EventName.begin)
      object.field("trigger", trigger)
    case .intent(let number, let change):
      object.field("event", EventName.intent)
      object.field("number", number)
      change.writeFields(to: &object)
    case .outcome(let number, let error):
      object.field("event", EventName.outcome)
      object.field("number", number)
      object.field("error", error)
    case .end(let result):
      object.field("event", EventName.end)
      object.field("result", result)
    case .torn:
      object.field("event", EventName.torn)
    }
  }
}

enum EventName: String, CaseIterable, JSONValue {
  case begin, intent, outcome, end, torn
}

enum ChangeName: String, CaseIterable, JSONValue {
  case load, disable, unload, reverse
}

extension Change: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    switch self {
    case .load(let build):
      object.field("action", ChangeName.load)
      object.field("build", build)
    case .disable(let module):
      object.field("action", ChangeName.disable)
      object.field("module", module)
    case .unload(let module):
      object.field("action", ChangeName.unload)
      object.field("module", module)
    case .reverse(let module, let enabled):
      object.field("action", ChangeName.reverse)
      object.field("module", module)
      object.field("enabled", enabled)
    }
  }
}

extension JournalRecord.Refusal: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("operation", operation)
    object.field("path", path)
    object.field("errno", errno)
  }
}
