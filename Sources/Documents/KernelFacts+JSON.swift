package import JSONText
package import Shapes

extension KernelFacts: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("release", release)
    object.field("blacklist", blacklist)
    object.field("vermagic", vermagic)
    object.field("objects", objects)
    object.field("symbols", symbols)
    object.field("keys", keys)
    object.field("builtIn", builtIn)
    object.field("missing", missing)
  }
}

extension KernelFacts: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    release = shape.required("release", "the kernel that they are of, as uname -r says it")
    blacklist = shape.required("blacklist", "the modules that the kernel's command line forbids")
    vermagic = shape.required("vermagic", "by what the kernel knows the modules built for it")
    objects = shape.required("objects", "what was asked of symbol tables")
    symbols = shape.required("symbols", "the exported symbols that were asked for")
    keys = shape.optional("keys", "the keys by which the kernel takes signed modules")
    builtIn = shape.optional(
      "builtIn", "of the modules' names those that something built into the kernel has")
    missing = shape.required("missing", "what could not be read, and why")
  }
}

extension KernelFacts.Object.Presence: JSONValue, ShapedValue {}

extension KernelFacts.Object: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("name", name)
    object.field("presence", presence)
    object.field("functions", functions)
  }
}

extension KernelFacts.Object: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    name = shape.required("name", "vmlinux or a module")
    presence = shape.required("presence", "whether it is in memory")
    functions = shape.required("functions", "the names that were asked for")
  }
}

extension KernelFacts.Function: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("name", name)
    object.field("count", count)
    object.field("traceable", traceable)
    object.field("heldBy", heldBy)
  }
}

extension KernelFacts.Function: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    name = shape.required("name", "the function or the symbol")
    count = shape.required("count", "how many symbols have this name")
    traceable = shape.optional("traceable", "whether ftrace can hook all of them")
    heldBy = shape.optional("heldBy", "what else already changes where its callers go")
  }
}

extension KernelFacts.Symbol: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("name", name)
    object.field("exported", exported)
    object.field("owner", owner)
    object.field("crc", crc)
    object.field("namespace", namespace)
  }
}

extension KernelFacts.Symbol: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    name = shape.required("name", "the symbol")
    exported = shape.required("exported", "whether the kernel or a module in memory exports it")
    owner = shape.optional("owner", "vmlinux, or the module that exports it")
    crc = shape.required("crc", "the CRC of its type: 0x and eight hex digits")
    namespace = shape.optional(
      "namespace", "the namespace that modules have to import for it, empty where it is in none")
  }
}

extension KernelFacts.Key: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("keyring", keyring)
    object.field("name", name)
    object.field("id", id)
    object.field("isForModules", isForModules)
  }
}

extension KernelFacts.Key: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    keyring = shape.required("keyring", "the keyring that it is in, as /proc/keys names it")
    name = shape.required("name", "whose it is")
    id = shape.required(
      "id", "its certificate's subject key identifier, or serial number where it has none")
    isForModules = shape.required("isForModules", "whether the kernel takes modules by it")
  }
}

extension KernelFacts.Missing.Source: JSONValue, ShapedValue {}
extension KernelFacts.Missing.Problem: JSONValue, ShapedValue {}

extension KernelFacts.Missing: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("source", source)
    object.field("path", path)
    object.field("problem", problem)
    object.field("message", message)
  }
}

extension KernelFacts.Missing: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    source = shape.required("source", "what it would have told")
    path = shape.required("path", "the file or directory")
    problem = shape.required("problem", "not there, unreadable, or not understood")
    message = shape.required("message", "the error, or what was found")
  }
}
