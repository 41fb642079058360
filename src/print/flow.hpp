// Blocks into pieces, pieces onto pages. A piece (a line, a table row, a code) is never divided. Inside print only.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "print/canvas.hpp"

namespace yakuba::print {

struct Piece {
  double height_mm = 0;
  double space_before_mm = 0;  // dropped at the top of a page
  bool keep_with_next = false;
  bool breaks_page = false;
  int block = 0;  // pieces of one block share one structure element on a page
  const char* tag = "P";
  int head_of_table = -1;  // for rows: index of the table head to repeat on a new page
  std::function<void(Canvas&, double x_mm, double y_mm)> draw;
};

struct Flow {
  std::vector<Piece> pieces;
  std::vector<Piece> table_heads;
};

struct Frame {
  double left_mm = 0, width_mm = 0;
};

// `first_block` numbers the structure elements of this flow; `place` begins the field names of errors ("body").
Result<Flow> flow_of(const Fonts& fonts, const std::vector<Block>& blocks, const Frame& frame, int first_block,
                     std::string_view place);

struct PlacedPiece {
  const Piece* piece = nullptr;
  double y_mm = 0;
};
using PlacedPage = std::vector<PlacedPiece>;

// The first page begins at `first_top_mm`, the others at `top_mm`. `together` (the contact box) goes whole onto the
// page where it fits.
Result<std::vector<PlacedPage>> paginate(const Flow& body, const Flow& together, double first_top_mm, double top_mm,
                                         double bottom_mm);

void draw_page(Canvas& canvas, const PlacedPage& page, double left_mm);

}  // namespace yakuba::print
