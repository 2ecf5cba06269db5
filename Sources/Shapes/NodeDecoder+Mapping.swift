internal import Diagnostics
internal import JSONText
internal import Nodes

extension NodeDecoder: Shape {
  mutating func required<V: ShapedValue>(_ key: String, _ about: String, as type: V.Type) -> V {
    if let node = find(key) { return value(type, at: node, .key(key)) }
    mapping.missing.append((key, about, { Anatomy(of: type) }))
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
      wrongType(
        M.shorthand == nil ? "a mapping" : "text or a mapping", advice: adviceOnMapping(type))
      return Blank.value(type, at: place)
    }
    let outer = mapping
    mapping = OpenMapping(node: node)
    mapping.askedFrom = asked.count
    mapping.shorthand = isShorthand ? M.shorthand : nil
    for key in header { _ = find(key) }
    let value = M(&self)
    judgeRules(of: type)
    if !isShorthand { closeMapping(type, isPart: isPart) }
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

  private mutating func closeMapping<M: Shaped>(_ type: M.Type, isPart: Bool) {
    if mapping.missing.isEmpty, isPart || keyCount == mapping.found { return }
    let children = table.children(mapping.node)
    if !isPart, children.count / 2 > mapping.found { judgeKeys(children, type) }
    for (key, about, anatomy) in mapping.missing {
      // A key that was misspelt is told once, where it stands.
      if let misspelt = misspelling(of: key, in: children, type) {
        if isPart { reportUnknown(misspelt, known: [key], type) }
        continue
      }
      report(
        .missingKey, "\(key.quoted) is missing", at: mapping.node,
        advice: "add \(key.quoted): \(about)" + exampleOfMapping(anatomy()))
    }
  }

  /// The unknown key that was probably meant to be `key`, looked for among the first hundred.
  func misspelling<M: Shaped>(of key: String, in children: [Int], _ type: M.Type) -> Int? {
    guard !passesOverUnknownKeys, !isOverfull else { return nil }
    let known = asked[mapping.askedFrom...]
    return stride(from: 0, to: min(children.count, 200), by: 2).map { children[$0] }.first { node in
      guard table.nodes[node].kind == .scalar else { return false }
      let other = table.string(node)
      return !known.contains(other)
        && (M.foreignKeys[other] ?? nearest(to: other, among: known)) == key
    }
  }

  /// Reports keys that are unknown, there twice or no text.
  private mutating func judgeKeys<M: Shaped>(_ children: [Int], _ type: M.Type) {
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
          reportUnknown(node, known: asked[mapping.askedFrom...], type)
        }
      }
    }
  }

  private mutating func reportUnknown<M: Shaped>(
    _ node: Int, known: ArraySlice<String>, _ type: M.Type
  ) {
    if isOverfull { return }
    let key = table.string(node)
    // The YAML reader has told that already.
    if key == "<<", table.nodes[node].style == .plain { return }
    report(
      .unknownKey, "there is no key \(key.quoted) here", at: node,
      advice: adviceOnUnknown(key, known, M.foreignKeys[key]))
  }

  private mutating func adviceOnUnknown(
    _ key: String, _ known: ArraySlice<String>, _ instead: String?
  ) -> String {
    if let instead { return known.contains(instead) ? "write \(instead.quoted)" : instead }
    let place = placeOfKey(key).map { "\(key.quoted) belongs in \($0)" }
    let advice = [suggestion(key, known), place].compactMap(\.self).joined(separator: " ")
    if !advice.isEmpty { return advice }
    return known.count == 1
      ? "the only key here is \(known.quotedList("and"))"
      : "the keys here are \(known.quotedList("and"))"
  }

  private func exampleOfMapping(_ anatomy: Anatomy) -> String {
    guard case .mapping = anatomy, let example = anatomy.example else { return "" }
    return ", such as \(example)"
  }

  mutating func reportDuplicate(_ key: String, _ node: Int, first: Int) {
    report(
      .duplicateKey, "\(key.quoted) stands here a second time", at: node,
      advice: "keep one of them",
      notes: [Diagnostic.Note("the first one", at: table.location(first))])
  }
}
