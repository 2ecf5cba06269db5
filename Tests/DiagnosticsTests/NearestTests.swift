import Diagnostics
import Testing

@Suite struct `Nearest name` {
  @Test(arguments: [
    ("realese", "release"), ("Release", "release"), ("releas", "release"), ("relaese", "release"),
    ("patchs", "patches"), ("pathes", "patches"), ("kernel", "kernels"),
  ])
  func `is found for a slip of the finger`(typed: String, meant: String) {
    #expect(nearest(to: typed, among: ["kernels", "release", "patches"]) == meant)
  }

  @Test(arguments: ["", "x", "maintenance", "windows"])
  func `is none when nothing is near`(typed: String) {
    #expect(nearest(to: typed, among: ["kernels", "release", "patches"]) == nil)
  }

  @Test func `is the first of those equally near`() {
    #expect(nearest(to: "cat", among: ["bat", "rat"]) == "bat")
    #expect(nearest(to: "cat", among: [] as [String]) == nil)
  }
}
