package import JSONText
package import Shapes

extension Windows: Document {
  package func writeBody(to object: inout JSONObjectWriter) {
    object.field("at", at)
    object.field("hostname", hostname)
    object.field("schedules", schedules)
  }
}

extension Windows {
  package static let about = "When policies let changes be made."

  package init<S: Shape>(_ shape: inout S) {
    at = shape.required("at", "the moment from which on")
    hostname = shape.optional("hostname", "the host whose policies are taken together")
    schedules = shape.required("schedules", "windows and freezes that hold together")
  }
}

extension PatchingSchedule: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("policies", policies)
    object.field("patches", patches)
    object.field("urgent", urgent)
    object.field("timeZone", timeZone)
    object.field("state", state)
    object.field("until", until)
    object.field("windows", windows)
    object.field("openings", openings)
    object.field("freezes", freezes)
    object.field("week", week)
  }
}

extension PatchingSchedule: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    policies = shape.required("policies", "the policies that say so")
    patches = shape.optional("patches", "the patches of the host that are bound by it")
    urgent = shape.required("urgent", "patches that need no window")
    timeZone = shape.required("timeZone", "the place whose clocks the week is shown on")
    state = shape.required("state", "whether changes may begin now")
    until = shape.optional("until", "when that ends; left out if not within eight years")
    windows = shape.required("windows", "the windows; none where no window is needed")
    openings = shape.required("openings", "the next times at which changes may begin")
    freezes = shape.required("freezes", "the freezes that hold, and the next ones")
    week = shape.required("week", "the seven days from now on")
  }
}

extension PatchingSchedule.State: JSONValue, ShapedValue {}
extension PatchingSchedule.Opening.End: JSONValue, ShapedValue {}

extension PatchingSchedule.Urgency: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("policy", policy)
    object.field("severity", severity)
    object.field("freezes", freezes)
  }

  package init<S: Shape>(_ shape: inout S) {
    policy = shape.required("policy", "the policy that says so")
    severity = shape.required("severity", "patches that are at least this severe")
    freezes = shape.required("freezes", "whether freezes do not hold them either")
  }
}

extension PatchingSchedule.Name: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("policy", policy)
    object.field("name", name)
  }

  package init<S: Shape>(_ shape: inout S) {
    policy = shape.required("policy", "the policy that has it, itself or by a calendar")
    name = shape.required("name", "its name, or what it says where it has none")
  }
}

extension PatchingSchedule.MaintenanceWindow: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    name.writeFields(to: &object)
    object.field("about", about)
    object.field("source", source)
  }

  package init<S: Shape>(_ shape: inout S) {
    name = PatchingSchedule.Name(&shape)
    about = shape.required("about", "when it is open, in words")
    source = shape.required("source", "where it stands: path:line:column")
  }
}

extension PatchingSchedule.Opening: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("start", start.at)
    object.field("end", end?.at)
    object.field("timeZone", timeZone)
    object.field("localStart", start)
    object.field("localEnd", end)
    object.field("endsBy", endsBy)
    object.field("windows", windows)
  }

  package init<S: Shape>(_ shape: inout S) {
    let _: Timestamp = shape.required("start", "from then on")
    let _: Timestamp? = shape.optional("end", "until before; left out if not within eight years")
    timeZone = shape.required("timeZone", "the place of the local times")
    start = shape.required("localStart", "the start on the clocks there")
    end = shape.optional("localEnd", "the end on the clocks there")
    endsBy = shape.optional("endsBy", "whether a window closes or a freeze begins at the end")
    windows = shape.required("windows", "the windows that are open for some of it")
  }
}

extension PatchingSchedule.FreezePeriod: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("start", start.at)
    object.field("end", end.at)
    object.field("timeZone", timeZone)
    object.field("localStart", start)
    object.field("localEnd", end)
    object.field("names", names)
    object.field("source", source)
  }

  package init<S: Shape>(_ shape: inout S) {
    let _: Timestamp = shape.required("start", "from then on")
    let _: Timestamp = shape.required("end", "until before")
    timeZone = shape.required("timeZone", "the place of the local times")
    start = shape.required("localStart", "the start on the clocks there")
    end = shape.required("localEnd", "the end on the clocks there")
    names = shape.required("names", "what it is called, for each policy that has it")
    source = shape.required("source", "where it stands: path:line:column")
  }
}

extension PatchingSchedule.Week: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("days", days)
    object.field("windows", windows)
    object.field("frozen", frozen)
    object.field("open", open)
  }

  package init<S: Shape>(_ shape: inout S) {
    days = shape.required("days", "seven days on the clocks of timeZone")
    windows = shape.required("windows", "when windows are open, freezes aside")
    frozen = shape.required("frozen", "when freezes hold")
    open = shape.required("open", "when changes may begin")
  }
}

extension PatchingSchedule.Day: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("date", date)
    object.field("stretches", stretches)
  }

  package init<S: Shape>(_ shape: inout S) {
    date = shape.required("date", "the day on the calendar there")
    stretches = shape.required(
      "stretches", "its parts with one offset from UTC: several where the clocks change")
  }
}

extension PatchingSchedule.Stretch: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("start", start.at)
    object.field("end", end)
    object.field("localStart", start)
  }

  package init<S: Shape>(_ shape: inout S) {
    let _: Timestamp = shape.required("start", "from then on")
    end = shape.required("end", "until before")
    start = shape.required("localStart", "the start on the clocks there")
  }
}

extension PatchingSchedule.Span: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("start", start)
    object.field("end", end)
  }

  package init<S: Shape>(_ shape: inout S) {
    start = shape.required("start", "from then on")
    end = shape.required("end", "until before")
  }
}
