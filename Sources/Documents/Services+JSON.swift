package import JSONText
package import Shapes

extension Services: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("kpatch", kpatch)
    object.field("redHat", redHat)
    object.field("suse", suse)
    object.field("canonical", canonical)
  }

  package init<S: Shape>(_ shape: inout S) {
    kpatch = shape.optional("kpatch", "the modules that kpatch loads at boot")
    redHat = shape.optional("redHat", "the packages kpatch-patch-*, or Amazon's kernel-livepatch-*")
    suse = shape.optional("suse", "the packages kernel-livepatch-* of SUSE")
    canonical = shape.optional("canonical", "what the client canonical-livepatch says")
  }
}

extension Services.Module.File: JSONValue, ShapedValue {}

extension Services.Module: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("path", path)
    object.field("release", release)
    object.field("file", file)
    object.field("module", module)
    object.field("buildID", buildID)
    object.field("sha256", sha256)
  }

  package init<S: Shape>(_ shape: inout S) {
    path = shape.required("path", "the file")
    release = shape.optional("release", "the kernel release whose directory it lies in")
    file = shape.required("file", "whether it is there, and a kernel module")
    module = shape.optional("module", "the name that the kernel gives it")
    buildID = shape.optional("buildID", "its GNU build ID in hex")
    sha256 = shape.optional("sha256", "its digest, as it lies there")
  }
}

extension Services.Kpatch: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("modules", modules)
    object.field("unitEnabled", isUnitEnabled)
  }

  package init<S: Shape>(_ shape: inout S) {
    modules = shape.required("modules", "those in /var/lib/kpatch and /usr/lib/kpatch")
    isUnitEnabled = shape.required("unitEnabled", "whether kpatch.service is started at boot")
  }
}

extension Services.PackageID {
  /// The fields of a package among those of the object that it is in.
  func writeFields(to object: inout JSONObjectWriter) {
    object.field("name", name)
    object.field("epoch", epoch)
    object.field("version", version)
    object.field("release", release)
    object.field("architecture", architecture)
  }

  init<S: Shape>(_ shape: inout S) {
    name = shape.required("name", "the package's name")
    epoch = shape.required("epoch", "its epoch, 0 where it has none")
    version = shape.required("version", "its version")
    release = shape.required("release", "its release, of the package and not of a kernel")
    architecture = shape.required("architecture", "the architecture it is for")
  }
}

extension Services.Package: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    id.writeFields(to: &object)
    object.field("kernel", kernel)
    object.field("modules", modules)
    object.field("builtAt", builtAt)
    object.field("installedAt", installedAt)
    object.field("supportedUntil", supportedUntil)
  }

  package init<S: Shape>(_ shape: inout S) {
    id = Services.PackageID(&shape)
    kernel = shape.optional("kernel", "the kernel release that it is for")
    modules = shape.required("modules", "the modules in its payload; none in an empty package")
    builtAt = shape.optional("builtAt", "when it was built")
    installedAt = shape.optional("installedAt", "when it was installed")
    supportedUntil = shape.optional("supportedUntil", "the last day on which it is supported")
  }
}

extension Services.Offer: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    id.writeFields(to: &object)
    object.field("builtAt", builtAt)
  }

  package init<S: Shape>(_ shape: inout S) {
    id = Services.PackageID(&shape)
    builtAt = shape.optional("builtAt", "when it was built")
  }
}

extension Services.RedHat: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("packages", packages)
    object.field("available", available)
    object.field("repositories", repositories)
    object.field("plugin", plugin)
  }

  package init<S: Shape>(_ shape: inout S) {
    packages = shape.required("packages", "those that are installed, for all kernels")
    available = shape.optional("available", "what the repositories have for the running kernel")
    repositories = shape.optional(
      "repositories", "the repositories that were asked, where they have nothing")
    plugin = shape.optional("plugin", "what dnf's kpatch plugin does by itself")
  }
}

extension Services.Plugin: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("autoupdate", autoupdate)
    object.field("autofilter", autofilter)
  }

  package init<S: Shape>(_ shape: inout S) {
    autoupdate = shape.required("autoupdate", "whether it installs the live patches of each kernel")
    autofilter = shape.required("autofilter", "whether it hides kernels without live patches")
  }
}

extension Services.SUSE: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("packages", packages)
    object.field("available", available)
    object.field("repositories", repositories)
    object.field("initrd", initrd)
  }

  package init<S: Shape>(_ shape: inout S) {
    packages = shape.required("packages", "those that are installed, for all kernels")
    available = shape.optional("available", "what the repositories have for the running kernel")
    repositories = shape.optional(
      "repositories", "the repositories that were asked, where they have nothing")
    initrd = shape.optional("initrd", "what the running kernel's initrd loads at boot")
  }
}

extension Services.Initrd: JSONObject, Shaped {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("path", path)
    object.field("modules", modules)
  }

  package init<S: Shape>(_ shape: inout S) {
    path = shape.required("path", "the initrd")
    modules = shape.required("modules", "the live patches in it")
  }
}
