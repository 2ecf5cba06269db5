internal import Diagnostics
internal import JSONText
internal import Nodes

extension NodeDecoder: Shape {
  mutating func required<V: ShapedValue>(_ key: String, _ about: String, as type: V.Type) -> V {
    if let node = find(key) { return value(type, at: node, .key(key)) }
    mapping.missing.append((key, about))
    return Blank.value(type, at: place)
  }

  mutating func optional<V: ShapedValue>(_ key: String, _ about: String, as type: V.Type) -> V? {
    guard let node = find(key) else { return nil }
    return value(type, at: node, .key(key))
  }

  mutating func `default`<V: ShapedValue & JSONValue>(
    _ key: String, _ value: V, _ about: String
  ) -> V {
    guard let node = find(key) else { return value }
    return self.value(V.self, at: node, .key(key))
  }

}

extension NodeDecoder {
  /// Opens the mapping in the current node, runs the initialiser of `type`, and judges the keys
  /// that nobody asked for.
  ///
  /// - Parameters:
  ///   - type: what the mapping is.
  ///   - header: keys that belong to every document and were looked at before.
  ///   - isPart: whether others will look at the other keys.
  /// - Returns: the value, with placeholders for what was missing or wrong.
  mutating func mapping<M: Shaped>(
    _ type: M.Type, header: [String], isPart: Bool = false
  ) -> M {
    let isShorthand = M.shorthand != nil && table.nodes[node].kind == .scalar && !isEmptyPlain
    guard isShorthand || table.nodes[node].kind == .mapping else {
      wrongType(M.shorthand == nil ? "a mapping" : "text or a mapping")
      return Blank.value(type, at: place)
    }
    let outer = mapping
    mapping = OpenMapping(node: node)
    mapping.askedFrom = asked.count
    mapping.shorthand = isShorthand ? M.shorthand : nil
    for key in header { _ = find(key) }
    let value = M(&self)
    judgeRules()
    if !isShorthand { closeMapping(isPart: isPart) }
    asked.removeLast(asked.count - mapping.askedFrom)
    mapping = outer
    return value
  }

  /// The value of a key, which thereby is a known one.
  private mutating func find(_ key: String) -> Int? {
    assert(!asked[mapping.askedFrom...].contains(key), "a shape asks for \(key) twice")
    asked.append(key)
    if let shorthand = mapping.shorthand { return key == shorthand ? node : nil }
    guard let value = search(key) else { return nil }
    mapping.found += 1
    mapping.cursor = Int(table.nodes[value].end)
    return value
  }

  /// The value of a key, looked for from the cursor to the end, then from the beginning.
  func search(_ key: String) -> Int? {
    let end = Int(table.nodes[mapping.node].end)
    return search(key, mapping.cursor, end) ?? search(key, mapping.node + 1, mapping.cursor)
  }

  private func search(_ key: String, _ from: Int, _ end: Int) -> Int? {
    let count = key.utf8.count
    var index = from
    while index < end {
      let node = table.nodes[index]
      let value = Int(node.end)
      if Int(node.textCount) == count, node.kind == .scalar, isText(node, key) { return value }
      index = Int(table.nodes[value].end)
    }
    return nil
  }

  /// Whether a scalar of the length of `key` is that.
  private func isText(_ node: Node, _ key: String) -> Bool {
    let (bytes, wanted) = (table.text.span, key.utf8Span.span)
    let start = Int(node.textStart)
    for index in wanted.indices where bytes[start + index] != wanted[index] { return false }
    return true
  }

  /// How many keys the open mapping has.
  private var keyCount: Int {
    var count = 0
    var key = mapping.node + 1
    let end = Int(table.nodes[mapping.node].end)
    while key < end {
      count += 1
      key = Int(table.nodes[Int(table.nodes[key].end)].end)
    }
    return count
  }

  private mutating func closeMapping(isPart: Bool) {
    if mapping.missing.isEmpty, isPart || keyCount == mapping.found { return }
    let children = table.children(mapping.node)
    if !isPart, children.count / 2 > mapping.found { judgeKeys(children) }
    for (key, about) in mapping.missing {
      // A key that was misspelt is told once, where it stands.
      if let misspelt = misspelling(of: key, in: children) {
        if isPart { reportUnknown(misspelt, known: [key]) }
        continue
      }
      report(
        .missingKey, "\(key.quoted) is missing", at: mapping.node,
        advice: "add \(key.quoted): \(about)")
    }
  }

  /// The unknown key that was probably meant to be `key`, looked for among the first hundred.
  func misspelling(of key: String, in children: [Int]) -> Int? {
    guard !passesOverUnknownKeys, !isOverfull else { return nil }
    let known = asked[mapping.askedFrom...]
    return stride(from: 0, to: min(children.count, 200), by: 2).map { children[$0] }.first { node in
      guard table.nodes[node].kind == .scalar else { return false }
      let other = table.string(node)
      return !known.contains(other) && nearest(to: other, among: known) == key
    }
  }

  /// Reports keys that are unknown, there twice or no text.
  private mutating func judgeKeys(_ children: [Int]) {
    let known = Set(asked[mapping.askedFrom...])
    var first: [String: Int] = [:]
    for index in stride(from: 0, to: children.count, by: 2) {
      let node = children[index]
      guard table.nodes[node].kind == .scalar else {
        report(.wrongType, "a key must be text, not \(found(node))", at: node)
        continue
      }
      let key = table.string(node)
      if let earlier = first[key] {
        reportDuplicate(key, node, first: earlier)
      } else {
        first[key] = node
        if !passesOverUnknownKeys, !known.contains(key) {
          reportUnknown(node, known: asked[mapping.askedFrom...])
        }
      }
    }
  }

  private mutating func reportUnknown(_ node: Int, known: ArraySlice<String>) {
    if isOverfull { return }
    let key = table.string(node)
    // The YAML reader has told that already.
    if key == "<<", table.nodes[node].style == .plain { return }
    let advice = suggestion(key, known) ?? "the keys here are \(known.quotedList("and"))"
    report(.unknownKey, "there is no key \(key.quoted) here", at: node, advice: advice)
  }

  mutating func reportDuplicate(_ key: String, _ node: Int, first: Int) {
    report(
      .duplicateKey, "\(key.quoted) stands here a second time", at: node,
      advice: "keep one of them",
      notes: [Diagnostic.Note("the first one", at: table.location(first))])
  }
}
