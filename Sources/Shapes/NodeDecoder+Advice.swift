internal import Diagnostics
internal import Nodes

/// What to write instead of a value of another type than is due.
extension NodeDecoder {
  /// Where a list is due, of items of a type.
  func adviceOnList<V: ShapedValue>(of type: V.Type) -> String? {
    let item = Anatomy(of: type)
    if table.nodes[node].kind == .mapping { return adviceOnList(insteadOfMapping: item) }
    let text = table.string(node)
    if case .text(let form) = item, form.pattern == nil, text.contains(" ") {
      if text.contains(where: { "&|;<>$`*".contains($0) }) {
        return "no shell reads it: put the line into a script, and write that in a list"
      }
      return written(list: text.split(separator: " ").map(String.init), "an item for each word: ")
    }
    if item.accepts(text) { return written(list: [text]) }
    let parts = text.split { " ,;".contains($0) }.map(String.init)
    if parts.count > 1, parts.allSatisfy(item.accepts) { return written(list: parts) }
    switch item {
    case .words(let words, let instead):
      if let several = instead(text), several.contains("[") { return several }
      return "write a list of \(words.joined(separator: ", "))"
    case .text(let form):
      let example = item.example.map { ", such as [\($0)]" } ?? " of them"
      return (form.advice(text).map { "\($0), in a" } ?? "write a") + " list\(example)"
    case .mapping(_, let shorthand):
      if shorthand == nil, let example = mapping(item, of: text) {
        return "write a list of mappings: [\(example)]"
      }
      return "write \(itemsOf(item))"
    default: return "write \(itemsOf(item))"
    }
  }

  private func adviceOnList(insteadOfMapping item: Anatomy) -> String {
    let keys = stride(from: 0, to: table.children(node).count, by: 2).map {
      table.children(node)[$0]
    }.filter { table.nodes[$0].kind == .scalar }.prefix(20).map { table.string($0) }
    let known = item.parts.map(\.key)
    if let first = keys.first, keys.allSatisfy(known.contains) {
      return "write `- ` before \(first.quoted), and indent the lines below it as far"
    }
    return "write \(itemsOf(item))"
  }

  /// Where a mapping of a type is due.
  func adviceOnMapping<M: Shaped>(_ type: M.Type) -> String? {
    let due = Anatomy(of: type)
    switch table.nodes[node].kind {
    case .mapping: return nil
    case .scalar:
      let text = table.string(node)
      if let glued = adviceOnGluedKey(text, due.parts.map(\.key)) { return glued }
      if !isNull, let written = mapping(due, of: text) { return "write \(subjectPrefix)\(written)" }
    case .sequence:
      let items = table.children(node)
      if let main = due.mainPart, case .list(let item) = main.value, !items.isEmpty,
        items.allSatisfy({ table.nodes[$0].kind == .scalar && item.accepts(table.string($0)) })
      {
        let list = items.prefix(4).map { inBrackets(table.string($0)) }.joined(separator: ", ")
        return "write \(subjectPrefix){\(main.key): [\(list)\(items.count > 4 ? ", ..." : "")]}"
      }
      if items.count == 1, table.nodes[items[0]].kind == .mapping {
        return "take the `-` away: here is one mapping, and no list of them"
      }
    }
    if case .document = subject {
      return
        "write the keys \(due.parts.map(\.key).prefix(6).map { $0 }.quotedList("and")) at the top"
    }
    return "write its keys in lines below it: "
      + due.parts.map(\.key).prefix(6).map { $0 }.quotedList("or")
  }

  /// Where a text is due.
  func adviceOnText(_ form: TextForm) -> String? {
    switch table.nodes[node].kind {
    case .scalar: return nil
    case .mapping:
      let children = table.children(node)
      guard children.count == 2, table.nodes[children[1]].kind == .scalar,
        form.pattern?.matches(table.string(children[1])) ?? true
      else { return form.examples.first.map { "write a text such as \($0)" } }
      return "write only the text: \(table.string(children[1]).quoted)"
    case .sequence:
      let items = table.children(node)
      guard items.allSatisfy({ table.nodes[$0].kind == .scalar }), let first = items.first else {
        return form.examples.first.map { "write a text such as \($0)" }
      }
      let texts = items.map { table.string($0) }
      if texts.count == 1 { return "write \(texts[0].quoted), without a list" }
      let joined = texts.joined(separator: " ")
      if form.pattern?.matches(joined) == true, form.pattern?.matches(texts[0]) == false {
        return "write it as one text: \"\(joined)\""
      }
      return "one text is due: write \(table.string(first).quoted) here, and repeat what is around "
        + "it for the others"
    }
  }

  /// `{deadline: 60s}` for a text that the first key of a mapping takes.
  private func mapping(_ due: Anatomy, of text: String) -> String? {
    guard let main = due.mainPart else { return nil }
    if case .list(let item) = main.value {
      if case .text(let form) = item, form.pattern == nil {
        let words = text.split(separator: " ").map { inBrackets(String($0)) }
        return "{\(main.key): [\(words.joined(separator: ", "))]}"
      }
      return item.accepts(text) ? "{\(main.key): [\(inBrackets(text))]}" : nil
    }
    guard main.value.accepts(text),
      PlainScalar(text.utf8Span.span) == .text || main.value.isNumber
    else { return nil }
    if case .text(let form) = main.value, form.pattern == nil, !main.isRequired { return nil }
    switch main.value {
    case .number, .boolean: return "{\(main.key): \(text)}"
    default: return "{\(main.key): \(inBrackets(text))}"
    }
  }

  /// What to write instead of `name:web`, which is a text.
  func adviceOnGluedKey(_ text: String, _ keys: [String]) -> String? {
    guard let colon = text.firstIndex(of: ":"), keys.contains(String(text[..<colon])) else {
      return nil
    }
    return "write a blank behind the colon: \(text[...colon]) \(text[text.index(after: colon)...])"
  }

  private func written(list texts: [String], _ what: String = "") -> String {
    "write a list\(what.isEmpty ? ": " : " with \(what)")"
      + "[\(texts.map(inBrackets).joined(separator: ", "))]"
  }

  private func itemsOf(_ item: Anatomy) -> String {
    let required = item.parts.filter(\.isRequired).map(\.key)
    let keys = (required.isEmpty ? item.parts.map(\.key) : required).prefix(6).map { $0 }
    if keys.isEmpty { return "a list: each item in a line of its own, behind `- `" }
    let all = "\(keys.count == item.parts.count ? "" : "such as ")\(keys.quotedList("and"))"
    return "a list: each item behind `- `, with keys \(all)"
  }

  /// `hosts: ` where the value of a key is meant.
  private var subjectPrefix: String {
    if case .key(let key) = subject { return "\(key): " }
    return ""
  }
}
