package import JSONText
package import Shapes

/// A build that a run brought into the store for a kernel that is installed and does not run.
package struct StoredBuild: Hashable, Sendable {
  package var module: String
  package var patch: String
  package var policy: String
  package var version: String?
  /// The kernel release that it is for.
  package var kernel: String
  package var sha256: String

  package init(
    module: String, patch: String, policy: String, version: String?, kernel: String, sha256: String
  ) {
    self.module = module
    self.patch = patch
    self.policy = policy
    self.version = version
    self.kernel = kernel
    self.sha256 = sha256
  }
}

extension StoredBuild: JSONObject {
  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("module", module)
    object.field("patch", patch)
    object.field("policy", policy)
    object.field("version", version)
    object.field("kernel", kernel)
    object.field("sha256", sha256)
  }
}

extension StoredBuild: Shaped {
  package init<S: Shape>(_ shape: inout S) {
    module = shape.required("module", "the module")
    patch = shape.required("patch", "the patch that it is a build of")
    policy = shape.required("policy", "the policy that wants it")
    version = shape.optional("version", "the build's version")
    kernel = shape.required("kernel", "the kernel release that it is for")
    sha256 = shape.required("sha256", "the digest of its artefact")
  }
}
