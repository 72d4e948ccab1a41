//! A page as one HTML file that loads nothing else, prints well, and can be read by a screen reader.

use super::document::Block;
use std::fmt::Write as _;

const STYLE: &str = "\
body{font:1rem/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;max-width:62rem;margin:2rem auto;padding:0 1rem}\
h1,h2,h3{line-height:1.2}h2{margin-top:2.5rem;border-bottom:2px solid #747474;padding-bottom:.3rem}\
h3{margin-top:1.8rem}p,li{max-width:48rem}\
.note{border-left:4px solid #8a6d00;background:#fff8e0;padding:.6rem 1rem}\
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.92rem}\
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #bfbfbf}\
th{border-bottom:2px solid #747474}dl{display:grid;grid-template-columns:12rem 1fr;gap:.2rem 1rem;max-width:56rem}\
dt{font-weight:600}dd{margin:0}.line{display:grid;grid-template-columns:12rem 24rem;gap:1rem;margin:1.6rem 0 0}\
.line span+span{border-bottom:1px solid #1a1a1a}\
@media(max-width:40rem){dl,.line{grid-template-columns:1fr}}\
@media print{body{margin:0;max-width:none;font-size:10pt}h2,h3{break-after:avoid}tr,dl{break-inside:avoid}}";

pub(crate) fn render(title: &str, language: &str, blocks: &[Block]) -> String {
    let title = escaped(title);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    );
    for block in blocks {
        write(&mut out, block);
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn write(out: &mut String, block: &Block) {
    // Writing to a string does not fail.
    let _ = match block {
        Block::Heading(level, text) => writeln!(out, "<h{level}>{}</h{level}>", escaped(text)),
        Block::Paragraph(text) => writeln!(out, "<p>{}</p>", escaped(text)),
        Block::Note(text) => writeln!(out, "<p class=\"note\">{}</p>", escaped(text)),
        Block::Facts(facts) => {
            let one = |(name, value): &(String, String)| {
                format!("<dt>{}</dt><dd>{}</dd>\n", escaped(name), escaped(value))
            };
            writeln!(out, "<dl>\n{}</dl>", facts.iter().map(one).collect::<String>())
        }
        Block::List(items) => {
            let one = |item: &String| format!("<li>{}</li>\n", escaped(item));
            writeln!(out, "<ul>\n{}</ul>", items.iter().map(one).collect::<String>())
        }
        Block::Table { head, rows } => {
            let heads = head.iter().map(|cell| match cell.is_empty() {
                true => "<td></td>".to_owned(),
                false => format!("<th scope=\"col\">{}</th>", escaped(cell)),
            });
            let row = |row: &Vec<String>| {
                let cells = row.iter().map(|cell| format!("<td>{}</td>", escaped(cell)));
                format!("<tr>{}</tr>\n", cells.collect::<String>())
            };
            writeln!(
                out,
                "<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody>\n</table></div>",
                heads.collect::<String>(),
                rows.iter().map(row).collect::<String>()
            )
        }
        Block::Lines(lines) => {
            let one = |line: &String| {
                format!("<p class=\"line\"><span>{}</span><span></span></p>\n", escaped(line))
            };
            write!(out, "{}", lines.iter().map(one).collect::<String>())
        }
    };
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}
