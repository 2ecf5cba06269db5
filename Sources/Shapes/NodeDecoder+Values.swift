internal import Diagnostics
internal import Nodes

extension NodeDecoder: ValueShape {
  mutating func text<V>(_ form: TextForm, or placeholder: V, _ parse: (String) -> V?) -> V {
    guard let text = readText(form) else { return placeholder }
    if form.pattern?.matches(text) ?? true, let value = parse(text) { return value }
    reject(text, form)
    return placeholder
  }

  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    guard let text = readPlain(.number, "a whole number") else { return Shapes.placeholder(range) }
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    let isDecimal = digits.utf8.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
    guard isDecimal, digits == "0" || !digits.hasPrefix("0") else {
      report(.notDecimal, "\(subject) must be a whole number in decimal, not \(text.quoted)")
      return Shapes.placeholder(range)
    }
    guard let value = Int(text), range.contains(value) else {
      let bounds = "from \(range.lowerBound) to \(range.upperBound)"
      report(.invalidValue, "\(subject) must be \(bounds), not \(text.quoted)")
      return Shapes.placeholder(range)
    }
    return value
  }

  mutating func number(_ range: ClosedRange<Double>) -> Double {
    guard let text = readPlain(.number, "a number") else { return Shapes.placeholder(range) }
    guard let value = Double(text), value.isFinite else {
      report(.notDecimal, "\(subject) must be a number in decimal, not \(text.quoted)")
      return Shapes.placeholder(range)
    }
    guard range.contains(value) else {
      let bounds = "from \(range.lowerBound) to \(range.upperBound)"
      report(.invalidValue, "\(subject) must be \(bounds), not \(text.quoted)")
      return Shapes.placeholder(range)
    }
    return value
  }

  mutating func boolean() -> Bool {
    guard let text = readPlain(.boolean, "true or false") else { return false }
    return PlainScalar.boolean(Array(text.utf8)[...]) ?? false
  }

  mutating func choice<V: RawRepresentable & CaseIterable>(_ type: V.Type) -> V
  where V.RawValue == String {
    guard let text = readText() else { return firstCase(of: type) }
    if let value = V(rawValue: text) { return value }
    let words = V.allCases.map(\.rawValue)
    report(
      .invalidValue, "\(subject) must be \(words.quotedList("or")), not \(text.quoted)",
      advice: suggestion(text, words) ?? abbreviation(text, words))
    return firstCase(of: type)
  }

  mutating func list<V: ShapedValue>(of type: V.Type) -> [V] {
    guard table.nodes[node].kind == .sequence else {
      wrongType("a list")
      return []
    }
    var values: [V] = []
    let end = Int(table.nodes[node].end)
    let subject = subject.item
    var item = node + 1
    while item < end {
      values.append(value(type, at: item, subject))
      item = Int(table.nodes[item].end)
    }
    return values
  }

  mutating func dictionary<V: ShapedValue>(_ keys: TextForm, of type: V.Type) -> [String: V] {
    guard table.nodes[node].kind == .mapping else {
      wrongType("a mapping")
      return [:]
    }
    var values: [String: V] = [:]
    var first: [String: Int] = [:]
    let children = table.children(node)
    for index in stride(from: 0, to: children.count, by: 2) {
      let (keyNode, valueNode) = (children[index], children[index + 1])
      let key = value(DictionaryKey.self, at: keyNode, .key("a key")).text
      let entry = value(type, at: valueNode, .key(key ?? "a key"))
      guard let key else { continue }
      if let earlier = first[key] {
        reportDuplicate(key, keyNode, first: earlier)
      } else {
        first[key] = keyNode
        values[key] = entry
        if keys.pattern?.matches(key) == false { reject(key, keys, at: keyNode) }
      }
    }
    return values
  }

  mutating func mapping<M: Shaped>(_ type: M.Type) -> M {
    mapping(type, header: [])
  }

  mutating func nullable<V: ShapedValue>(_ type: V.Type) -> V? {
    let node = table.nodes[node]
    if node.kind == .scalar, node.style == .plain, PlainScalar(scalar(self.node)) == .null {
      return nil
    }
    return V(value: &self)
  }
}

extension NodeDecoder {
  var isEmptyPlain: Bool {
    let node = table.nodes[node]
    return node.kind == .scalar && node.style == .plain && node.textCount == 0
  }

  private func scalar(_ index: Int) -> ArraySlice<UInt8> {
    let node = table.nodes[index]
    return table.text[Int(node.textStart)..<Int(node.textStart) + Int(node.textCount)]
  }

  /// The word that a text goes on after: `Mon` of `Monday`.
  private func abbreviation(_ text: String, _ words: [String]) -> String? {
    words.first { $0.utf8.count >= 3 && text.lowercased().hasPrefix($0.lowercased()) }
      .map { "write \($0)" }
  }

  /// The current node's text; nil after reporting that it is none. Where a text is due that has a
  /// form, and quotes would not give it that, the form's own advice is better.
  private mutating func readText(_ form: TextForm? = nil) -> String? {
    let current = table.nodes[node]
    guard current.kind == .scalar, !isEmptyPlain else {
      wrongType("text")
      return nil
    }
    guard current.style == .plain else { return table.string(node) }
    let meaning = PlainScalar(scalar(node))
    let text = table.string(node)
    if meaning == .text { return text }
    let what = meaning == .null ? "no value" : found(node)
    let formAdvice = form?.pattern?.matches(text) == false ? form?.advice(text) : nil
    report(
      .needsQuotes, "\(subject) must be text, and \(text.quoted) without quotes is \(what)",
      advice: formAdvice ?? "quote it: \"\(text)\"")
    return nil
  }

  /// The text of a plain scalar with one meaning; nil after reporting that it has another.
  private mutating func readPlain(_ meaning: PlainScalar, _ due: String) -> String? {
    let current = table.nodes[node]
    if current.kind == .scalar, PlainScalar(scalar(node)) == meaning {
      if current.style == .plain { return table.string(node) }
      wrongType(due, advice: "take the quotes away")
    } else {
      wrongType(due)
    }
    return nil
  }

  /// Reports that the node holds something of another type than is due.
  mutating func wrongType(_ due: String, advice: String? = nil) {
    if isEmptyPlain {
      report(
        .wrongType, "\(subject) has no value, and must be \(due)",
        advice: "give it a value, or leave the key out")
    } else {
      report(.wrongType, "\(subject) must be \(due), not \(found(node))", advice: advice)
    }
  }

  private mutating func reject(_ text: String, _ form: TextForm, at node: Int? = nil) {
    report(
      form.code, "\(subject) must be \(form.name), not \(text.quoted)", at: node,
      advice: form.advice(text))
  }

  /// What a node holds, in words.
  func found(_ index: Int) -> String {
    switch table.nodes[index].kind {
    case .mapping: return "a mapping"
    case .sequence: return "a list"
    case .scalar:
      if table.nodes[index].style == .quoted { return "text" }
      switch PlainScalar(scalar(index)) {
      case .null: return "null"
      case .boolean: return "true or false"
      case .number: return "a number"
      case .text: return "text"
      }
    }
  }
}

/// A key that the user chose; nil when it was no text.
private struct DictionaryKey: ShapedValue {
  let text: String?

  init<S: ValueShape>(value shape: inout S) {
    text = shape.text(.any, or: nil) { $0 }
  }
}
