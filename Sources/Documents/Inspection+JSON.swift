package import JSONText
package import Shapes

extension Inspection: Document {
  package func writeBody(to object: inout JSONObjectWriter) {
    object.field("modules", modules)
    object.field("problems", problems)
    object.field("against", against)
  }
}

extension Inspection {
  package static let about = "What kernel modules are and patch."

  package init<S: Shape>(_ shape: inout S) {
    modules = shape.required("modules", "the modules, in the order of the command line")
    problems = shape.required("problems", "the files that are no modules or could not be read")
    against = shape.optional("against", "the kernel that they were held against")
  }
}

extension InspectionProblem: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("path", path)
    object.field("message", message)
    object.field("advice", advice)
    object.field("errno", errno)
  }

  package init<S: Shape>(_ shape: inout S) {
    path = shape.required("path", "the file")
    message = shape.required("message", "what is wrong with it")
    advice = shape.optional("advice", "what to do about it")
    errno = shape.optional("errno", "the kernel's answer to a load; left out where it was not read")
  }
}

extension InspectedModule: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("path", file.path)
    object.field("sha256", file.sha256)
    object.field("size", file.size)
    object.field("compression", file.compression)
    object.field("module", module)
    object.field("buildID", buildID)
    object.field("architecture", architecture)
    object.field("kernel", kernel)
    object.field("information", information)
    object.field("signature", signature)
    object.field("livepatch", livepatch)
    object.field("symbols", symbols)
    object.field("wouldLoad", verdict?.wouldLoad)
    object.field("errno", verdict?.errno)
    object.field("obstacles", verdict?.obstacles)
    object.field("unknown", verdict?.unknown)
    object.field("warnings", verdict?.warnings)
    object.field("keyTrusted", verdict?.trust?.isTrusted)
    object.field("trustedKey", verdict?.trust?.key)
  }

  package init<S: Shape>(_ shape: inout S) {
    file = File(
      path: shape.required("path", "the file"),
      sha256: shape.required("sha256", "its digest, as it lies there"),
      size: shape.required("size", "its bytes, as it lies there"),
      compression: shape.required("compression", "how it is compressed"))
    module = shape.required("module", "the name that the kernel gives it")
    buildID = shape.required("buildID", "its GNU build ID in hex")
    architecture = shape.required("architecture", "the processor it was built for")
    kernel = shape.required("kernel", "the kernel it was built for")
    information = shape.required("information", "what it says of itself in words")
    signature = shape.required("signature", "the signature at its end")
    livepatch = shape.optional("livepatch", "what it patches, if it is a live patch")
    symbols = shape.required("symbols", "what it needs of the kernel and of other modules")
    let wouldLoad: Fact<Bool>? = shape.optional(
      "wouldLoad", "whether it would load; left out where it was held against no kernel")
    let errno: String? = shape.optional("errno", "the kernel's answer to a load")
    let obstacles: [Obstacle]? = shape.optional("obstacles", "what keeps it from being loaded")
    let unknown: [String]? = shape.optional("unknown", "what could not be looked at")
    let warnings: [Warning]? = shape.optional("warnings", "what does not stand in the way")
    let isTrusted: Fact<Bool>? = shape.optional(
      "keyTrusted",
      "whether the kernel takes modules by the key that it is signed with; left out where it is not"
    )
    let key: KernelFacts.Key? = shape.optional("trustedKey", "that key, as the kernel has it")
    verdict = wouldLoad.map {
      Verdict(
        wouldLoad: $0, errno: errno, obstacles: obstacles ?? [], unknown: unknown ?? [],
        warnings: warnings ?? [], trust: isTrusted.map { Trust(isTrusted: $0, key: key) })
    }
  }
}

extension InspectedModule.Compression: JSONValue, ShapedValue {}

extension InspectedModule.Kernel: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("release", release)
    object.field("flags", flags)
    object.field("vermagic", vermagic)
  }

  package init<S: Shape>(_ shape: inout S) {
    release = shape.required("release", "the kernel release, the first word of vermagic")
    flags = shape.required("flags", "the other words of vermagic")
    vermagic = shape.required("vermagic", "the whole of vermagic, as the kernel compares it")
  }
}

extension InspectedModule.Information: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("name", name)
    object.field("version", version)
    object.field("description", description)
    object.field("license", license)
    object.field("srcversion", sourceVersion)
    object.field("depends", depends)
    object.field("intree", isInTree)
    object.field("retpoline", isRetpoline)
  }

  package init<S: Shape>(_ shape: inout S) {
    name = shape.optional("name", "the name that the build gave it")
    version = shape.optional("version", "its version")
    description = shape.optional("description", "what it is for")
    license = shape.optional("license", "its licence")
    sourceVersion = shape.optional("srcversion", "a digest of its sources")
    depends = shape.required("depends", "the modules that must be loaded before it")
    isInTree = shape.required("intree", "whether it was built with the kernel itself")
    isRetpoline = shape.required("retpoline", "whether it was built with retpolines")
  }
}

extension InspectedModule.Signature.State: JSONValue, ShapedValue {}
extension InspectedModule.KeyIDType: JSONValue, ShapedValue {}

extension InspectedModule.Signature: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("state", state)
    object.field("problem", problem)
    object.field("signers", signers)
    object.field("verdict", verdict)
    object.field("certificate", certificate)
  }

  package init<S: Shape>(_ shape: inout S) {
    state = shape.required(
      "state", "whether there is one: unsupported is unsigned to a kernel, malformed refused")
    problem = shape.optional("problem", "what is wrong with it")
    signers = shape.required("signers", "who signed, by the signature's own words")
    verdict = shape.optional("verdict", "what the certificates that were given say of it")
    certificate = shape.optional("certificate", "the one that it was verified with")
  }
}

extension InspectedModule.Signature.Verdict: JSONValue, ShapedValue {}

extension InspectedModule.Certificate: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("subject", subject)
    object.field("serial", serial)
    object.field("subjectKeyID", subjectKeyID)
  }

  package init<S: Shape>(_ shape: inout S) {
    subject = shape.required("subject", "the common name of whom it is of")
    serial = shape.required("serial", "its serial number in hex")
    subjectKeyID = shape.optional("subjectKeyID", "its key in hex, as /proc/keys has it")
  }
}

extension InspectedModule.Signer: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("name", name)
    object.field("keyID", keyID)
    object.field("keyIDType", keyIDType)
    object.field("hash", hash)
  }

  package init<S: Shape>(_ shape: inout S) {
    name = shape.optional("name", "the common name of the certificate's issuer")
    keyID = shape.required("keyID", "what the key is called, in hex")
    keyIDType = shape.required("keyIDType", "what that is of the certificate")
    hash = shape.required("hash", "the digest that was signed")
  }
}

extension InspectedModule.Livepatch.Maker: JSONValue, ShapedValue {}

extension InspectedModule.Livepatch: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("maker", maker)
    object.field("replace", replace)
    object.field("callbacks", callbacks)
    object.field("states", states)
    object.field("functions", functions)
    object.field("relocations", relocations)
  }

  package init<S: Shape>(_ shape: inout S) {
    maker = shape.required("maker", "what made its live-patch structures")
    replace = shape.required("replace", "whether it takes every other live patch off")
    callbacks = shape.required("callbacks", "whether it runs code of its own around patching")
    states = shape.required("states", "the changes of state that it tells other patches of")
    functions = shape.required("functions", "what it patches")
    relocations = shape.required("relocations", "the relocations that livepatch makes in it")
  }
}

extension InspectedModule.State: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("id", id)
    object.field("version", version)
  }

  package init<S: Shape>(_ shape: inout S) {
    id = shape.required("id", "its number")
    version = shape.required("version", "its version")
  }
}

extension InspectedModule.Function: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("object", self.object)
    object.field("name", name)
    object.field("sympos", sympos)
  }

  package init<S: Shape>(_ shape: inout S) {
    object = shape.required("object", "vmlinux or a module")
    name = shape.required("name", "its name there")
    sympos = shape.required("sympos", "which of that name, from 1; 0 when there is only one")
  }
}

extension InspectedModule.Relocation: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("object", self.object)
    object.field("section", section)
    object.field("count", count)
  }

  package init<S: Shape>(_ shape: inout S) {
    object = shape.required("object", "the object that they wait for")
    section = shape.required("section", "the section they are made in")
    count = shape.required("count", "how many there are")
  }
}

extension InspectedModule.Symbols: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("needed", needed)
    object.field("livepatch", livepatch)
    object.field("versions", versions)
  }

  package init<S: Shape>(_ shape: inout S) {
    needed = shape.required("needed", "what the kernel or other modules must export")
    livepatch = shape.required("livepatch", "what livepatch finds for it, exported or not")
    versions = shape.optional("versions", "the checksums of symbols that it was built against")
  }
}

extension InspectedModule.Needed: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("name", name)
    object.field("weak", isWeak)
  }

  package init<S: Shape>(_ shape: inout S) {
    name = shape.required("name", "the symbol")
    isWeak = shape.required("weak", "whether the kernel loads the module also without it")
  }
}

extension InspectedModule.Version: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("symbol", symbol)
    object.field("crc", crc)
  }

  package init<S: Shape>(_ shape: inout S) {
    symbol = shape.required("symbol", "the symbol; module_layout is the module loader itself")
    crc = shape.required("crc", "its checksum, as Module.symvers has it")
  }
}

extension InspectedModule.Obstacle: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("reason", reason)
    object.field("message", message)
    object.field("fact", fact)
    object.field("errno", errno.map { .known($0) } ?? Fact<String>.unknown)
  }

  package init<S: Shape>(_ shape: inout S) {
    reason = shape.required("reason", "what stands in the way")
    message = shape.required("message", "the same for a person, and what to do")
    fact = shape.optional("fact", "what shows it")
    let errno: Fact<String> = shape.required(
      "errno", "the kernel's answer; null where the kernel itself would not mind")
    self.errno = errno.value
  }
}

extension InspectedAgainst: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("hostname", hostname)
    object.field("kernel", kernel)
    object.field("running", isRunning)
  }

  package init<S: Shape>(_ shape: inout S) {
    hostname = shape.required("hostname", "the host")
    kernel = shape.required("kernel", "the kernel release")
    isRunning = shape.required("running", "whether it is the one that runs there")
  }
}
